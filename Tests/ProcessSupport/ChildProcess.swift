import CSpawn
public import Foundation

/// A program of this package, which SwiftPM builds beside the tests, running as a process of its own.
public final class ChildProcess: Sendable {
    /// How it ended, and all that it printed.
    public struct End: Sendable {
        /// The exit status; 128 and the signal's number when a signal ended it, as shells count.
        public var status: Int32
        /// Standard output.
        public var output: String
        /// Standard error.
        public var errors: String

        /// Describes an end.
        public init(status: Int32, output: String, errors: String) {
            self.status = status
            self.output = output
            self.errors = errors
        }
    }

    /// The program is not beside the tests.
    public struct NotBuilt: Error {
        /// Its name.
        public var program: String
    }

    private let folder: TemporaryFolder
    private let ends: AsyncStream<Int32>

    /// Its process id.
    public let identifier: Int32

    /// Starts a program with an environment of its own: nothing of the test run's leaks in.
    public init(
        _ program: String, _ arguments: [String] = [], environment: [String: String] = [:], in directory: String? = nil
    ) throws {
        let path = try Self.url(of: program).path
        folder = try TemporaryFolder()
        // Files, not pipes: a pipe that nobody empties would stop the program.
        let output = try Self.newFile(folder.file("output"))
        let errors = try Self.newFile(folder.file("errors"))
        let process = try spawn(
            path, arguments, environment: environment, in: directory, output: output.fileDescriptor,
            errors: errors.fileDescriptor)
        let (ends, continuation) = AsyncStream<Int32>.makeStream()
        Thread.detachNewThread {
            continuation.yield(waitForEnd(of: process))
            continuation.finish()
        }
        identifier = process
        self.ends = ends
    }

    /// Waits for its end.
    public func end() async throws -> End {
        var status: Int32 = -1
        for await end in ends { status = end }
        return End(status: status, output: try read(folder.file("output")), errors: try read(folder.file("errors")))
    }

    /// Sends it a signal.
    public func signal(_ number: Int32) { kill(identifier, number) }

    /// Lets it write no file beyond a size, as on a full disk; `nil` lifts the limit.
    ///
    /// - Returns: whether the system allows that.
    public func limitFiles(to size: UInt?) -> Bool { limit_file_size(identifier, size ?? .max) == 0 }

    /// Runs a program to its end.
    public static func run(
        _ program: String, _ arguments: [String] = [], environment: [String: String] = [:], in directory: String? = nil
    ) async throws -> End {
        try await ChildProcess(program, arguments, environment: environment, in: directory).end()
    }

    /// Where the program is: beside the tests, or a path.
    public static func url(of program: String) throws -> URL {
        if program.hasPrefix("/") { return URL(fileURLWithPath: program) }
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let candidates = ([own] + CommandLine.arguments).map {
            URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent(program)
        }
        guard let url = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0.path) }) else {
            throw NotBuilt(program: program)
        }
        return url
    }

    private static func newFile(_ path: String) throws -> FileHandle {
        try Data().write(to: URL(fileURLWithPath: path))
        return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }
}

/// The text of a file.
public func read(_ path: String) throws -> String {
    try String(decoding: Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
}
