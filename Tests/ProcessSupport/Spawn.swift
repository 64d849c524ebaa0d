import CSpawn
import Glibc

/// A program that could not be started, by the system's error number.
public struct SpawnError: Error {
    /// Its path.
    public var program: String
    /// The error, such as `ENOENT`.
    public var code: Int32
}

/// Starts a program with standard output and standard error on the given descriptors or nowhere, nothing to read, no other descriptor,
/// no signal blocked or ignored, and just this environment; returns its process id. Whoever starts it waits for it.
///
/// Foundation's `Process` is not used: it lists the open descriptors by copying more of a directory entry than there is, and
/// crashes now and then in a process that has many of them open.
public func spawn(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], in directory: String? = nil,
    output: Int32? = nil, errors: Int32? = nil
) throws(SpawnError) -> Int32 {
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    for (descriptor, standard) in [(output, STDOUT_FILENO), (errors, STDERR_FILENO)] {
        if let descriptor {
            posix_spawn_file_actions_adddup2(&files, descriptor, standard)
        } else {
            posix_spawn_file_actions_addopen(&files, standard, "/dev/null", O_WRONLY, 0)
        }
    }
    spawn_close_from(&files, STDERR_FILENO + 1)
    if let directory { spawn_change_directory(&files, directory) }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var argv = ([program] + arguments).map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in argv + envp { free(text) } }
    var identifier: Int32 = 0
    let code = posix_spawn(&identifier, program, &files, &attributes, &argv, &envp)
    guard code == 0 else { throw SpawnError(program: program, code: code) }
    return identifier
}

/// Waits on this thread for the end of a process that was started here; returns its exit status, or 128 and the signal's number
/// when a signal ended it, as shells count.
public func waitForEnd(of process: Int32) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    return signal == 0 ? (status >> 8) & 0xff : 128 + signal
}
