import Glibc
import NotificationGateway

/// A file that a provider is to write, with the place where the configuration names it.
struct OutputFile {
    var option: String
    var path: String
    var place: YAMLPlace
}

/// Looks at the files that providers are to write, on this machine and before the first message.
///
/// A folder that is not there is a warning, not an error: it may be mounted or made before the first message, the other
/// providers of a route work without it, and a file is often checked on another machine than the one that it is for.
struct OutputFileCheck {
    let report: DiagnosticReport

    func run(_ providers: [ReadProvider]) {
        var writers: [Identity: (provider: ProviderName, place: YAMLPlace)] = [:]
        for provider in providers {
            for file in provider.outputFiles {
                guard let identity = look(at: file) else { continue }
                guard let first = writers[identity] else {
                    writers[identity] = (provider.name, file.place)
                    continue
                }
                report.warning(
                    file.place,
                    "\(quoted(file.option)): provider \(quoted(first.provider.rawValue)) in line \(first.place.line) "
                        + "writes the same file; give each provider a file of its own")
            }
        }
    }

    /// Tells a file from every other, by whatever path it is named.
    private enum Identity: Hashable {
        case file(device: UInt, number: UInt)
        /// One that does not exist yet, by its folder.
        case new(name: Substring, device: UInt, folder: UInt)
    }

    /// Reports what is wrong; `nil` where there is no file of which only one provider should be the writer.
    private func look(at file: OutputFile) -> Identity? {
        switch Self.status(file.path) {
        case .success(let status) where status.st_mode & S_IFMT == S_IFDIR:
            report.error(
                file.place, "\(quoted(file.option)): '\(file.path)' is a folder; name a file in it")
            return nil
        case .success(let status):
            // A pipe or a device keeps nothing that two writers could spoil.
            guard status.st_mode & S_IFMT == S_IFREG else { return nil }
            return .file(device: UInt(status.st_dev), number: UInt(status.st_ino))
        case .failure:
            return lookAtFolder(of: file)
        }
    }

    private func lookAtFolder(of file: OutputFile) -> Identity? {
        let parts = file.path.split(separator: "/", omittingEmptySubsequences: false)
        let folder = parts.count == 1 ? "." : parts.dropLast().joined(separator: "/") + "/"
        switch Self.status(folder) {
        case .success(let status):
            return .new(name: parts.last ?? "", device: UInt(status.st_dev), folder: UInt(status.st_ino))
        case .failure(let fault):
            report.warning(
                file.place,
                "\(quoted(file.option)): the folder '\(folder)' cannot be used: \(fault.message); until it can, every message "
                    + "to this provider fails")
            return nil
        }
    }

    private static func status(_ path: String) -> Result<stat, FileFault> {
        var status = stat()
        guard stat(path, &status) == 0 else { return .failure(FileFault(message: String(cString: strerror(errno)))) }
        return .success(status)
    }
}
