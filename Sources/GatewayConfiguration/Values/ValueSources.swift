import Foundation
import NotificationGateway

/// Where values come from that are not written in the file.
struct ValueSources {
    /// Longer than any key or certificate that is given by file.
    private static let mostSecretBytes = 65_536

    var environment: [String: String]
    /// The folder of the configuration file: relative paths count from there.
    var folder: String
    /// Whether a value that is not there draws a warning only, because nothing is sent.
    var toleratesMissing: Bool
    /// Whether it draws nothing at all, because nobody is going to use it.
    var ignoresMissing = false
    /// Learns what is read from files.
    var record = ContentRecord()

    enum Resolved {
        case value(String)
        /// Something outside the file is not there; the words say what.
        case missing(String)
    }

    /// The value with everything from outside put in.
    func resolve(_ references: ValueReferences) -> Resolved {
        var value = ""
        for segment in references.segments {
            switch segment {
            case .literal(let text): value += text
            case .environment(let name, let fallback):
                let found = environment[name].flatMap { $0.isEmpty ? nil : $0 }
                guard let text = found ?? fallback else {
                    let state = environment[name] == nil ? "not set" : "empty"
                    return .missing("the environment variable \(name) is \(state); set it, or write a default")
                }
                value += text
            case .file(let path):
                switch contents(of: path) {
                case .success(let text): value += text
                case .failure(let fault): return .missing("\(quoted(path)) cannot be read: \(fault.message)")
                }
            }
        }
        return .value(value)
    }

    /// A path as it is meant: relative ones count from the configuration file.
    func absolute(_ path: String) -> String {
        path.hasPrefix("/") || folder.isEmpty || folder == "." ? path : "\(folder)/\(path)"
    }

    /// A secret's file, without the line break that editors put at its end.
    private func contents(of path: String) -> Result<String, FileFault> {
        FileText.read(absolute(path), most: Self.mostSecretBytes, regularOnly: true).flatMap { bytes in
            record.add(bytes)
            guard var text = String(validating: bytes, as: UTF8.self) else {
                return .failure(FileFault(message: "it is not UTF-8 text"))
            }
            while text.last == "\n" || text.last == "\r\n" || text.last == "\r" { text.removeLast() }
            return text.isEmpty ? .failure(FileFault(message: "it is empty")) : .success(text)
        }
    }
}

/// Why a file could not be read.
struct FileFault: Error {
    var message: String
}

/// Reads whole files, but never more than is sensible: a path may name a device that never ends.
enum FileText {
    /// - Parameter regularOnly: refuses pipes and devices, at which a check would wait for a writer that never comes.
    static func read(_ path: String, most: Int, regularOnly: Bool = false) -> Result<[UInt8], FileFault> {
        guard !path.utf8.contains(0) else { return .failure(FileFault(message: "its name has a NUL character")) }
        var status = stat()
        if regularOnly, stat(path, &status) == 0, ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) {
            return .failure(FileFault(message: "it is no regular file"))
        }
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            let data = try handle.read(upToCount: most + 1) ?? Data()
            guard data.count <= most else { return .failure(FileFault(message: "it has more than \(most) bytes")) }
            return .success(Array(data))
        } catch {
            return .failure(FileFault(message: reason(error)))
        }
    }

    private static func reason(_ error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        let posix = [error as NSError, underlying].compactMap(\.self).first { $0.domain == NSPOSIXErrorDomain }
        if let posix { return String(cString: strerror(Int32(posix.code))) }
        switch (error as? CocoaError)?.code {
        case .fileNoSuchFile?, .fileReadNoSuchFile?: return "no such file"
        case .fileReadNoPermission?: return "permission denied"
        default: return "it cannot be opened"
        }
    }
}
