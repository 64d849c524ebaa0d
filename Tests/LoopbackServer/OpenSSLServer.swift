import Foundation
import ProcessSupport

/// An `openssl s_server -www` for the name `localhost` only, with a key pair made for the test.
public struct OpenSSLServer: Sendable {
    static let tool = "/usr/bin/openssl"

    /// Without the tool nothing is known about certificates, which must not look like a pass.
    public struct Missing: Error, CustomStringConvertible {
        /// What to do.
        public var description: String { "\(tool) is missing, and the tests of certificates need it; run .ci/setup" }
    }

    /// The port it listens on.
    public let port: Int
    /// A PEM file of the server's certificate.
    public let certificate: String
    private let process: Int32
    private let folder: TemporaryFolder

    /// Starts a server.
    ///
    /// - Throws: ``Missing`` without the tool.
    public static func start(_ arguments: [String] = []) async throws -> OpenSSLServer {
        guard FileManager.default.isExecutableFile(atPath: tool) else { throw Missing() }
        let folder = try TemporaryFolder()
        let made = try await SelfSignedCertificate(in: folder)
        return try await withCheckedThrowingContinuation { continuation in
            // Waiting for a process takes a thread.
            Thread.detachNewThread {
                do {
                    let server = try OpenSSLServer(made, in: folder, arguments)
                    continuation.resume(returning: server)
                    _ = waitForEnd(of: server.process)
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    private init(_ made: SelfSignedCertificate, in folder: TemporaryFolder, _ arguments: [String]) throws {
        self.folder = folder
        certificate = made.path
        let output = Pipe()
        process = try spawn(
            Self.tool,
            ["s_server", "-accept", "0", "-4", "-www", "-cert", made.path, "-key", made.keyPath] + arguments,
            output: output.fileHandleForWriting.fileDescriptor)
        // Only the server writes, so that its end is the end of the text.
        try output.fileHandleForWriting.close()
        // "ACCEPT 0.0.0.0:43211" is printed once it listens.
        var text = ""
        while !text.contains("\n") || !text.contains("ACCEPT") {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { break }
            text += String(decoding: data, as: UTF8.self)
        }
        let line = text.split(separator: "\n").first { $0.hasPrefix("ACCEPT") }
        port = line.flatMap { $0.split(separator: ":").last }.flatMap { Int($0) } ?? 0
    }

    /// Ends the server without waiting for it; its thread does.
    public func stop() {
        kill(process, SIGKILL)
    }
}
