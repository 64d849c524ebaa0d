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

    /// Starts a server. Child processes are waited for, which needs a thread of its own, the same from start to end.
    ///
    /// - Throws: ``Missing`` without the tool.
    public static func start(_ arguments: [String] = []) async throws -> OpenSSLServer {
        guard FileManager.default.isExecutableFile(atPath: tool) else { throw Missing() }
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                let child = Process()
                do {
                    continuation.resume(returning: try OpenSSLServer(arguments, child))
                    child.waitUntilExit()
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    private init(_ arguments: [String], _ server: Process) throws {
        folder = try TemporaryFolder()
        certificate = folder.file("cert.pem")
        let key = folder.file("key.pem")
        let maker = Process()
        Self.prepare(
            maker,
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out",
                certificate,
            ])
        try maker.run()
        maker.waitUntilExit()
        Self.prepare(
            server, ["s_server", "-accept", "0", "-4", "-www", "-cert", certificate, "-key", key] + arguments)
        let output = Pipe()
        server.standardOutput = output
        try server.run()
        process = server.processIdentifier
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

    private static func prepare(_ process: Process, _ arguments: [String]) {
        process.executableURL = URL(fileURLWithPath: tool)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
    }

    /// Ends the server without waiting for it; its thread does.
    public func stop() {
        // Not SIGTERM: a child inherits the signals that its parent's thread blocks.
        kill(process, SIGKILL)
    }
}
