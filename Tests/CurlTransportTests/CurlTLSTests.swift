import Foundation
import HTTPTransport
import Testing

@testable import CurlTransport

/// Certificates, against `openssl s_server` with a key pair made for the test.
@Suite("certificates are verified", .enabled(if: OpenSSLServer.isAvailable))
struct CurlTLSTests {
    private func outcome(
        _ host: String, caFile: Bool, _ arguments: [String] = []
    ) async throws -> Result<HTTPResponse, HTTPFailure> {
        let server = try OpenSSLServer(arguments)
        defer { server.stop() }
        let transport = CurlTransport(.init(.init(caFile: caFile ? server.certificate : nil)))
        let result: Result<HTTPResponse, HTTPFailure>
        do throws(HTTPFailure) {
            let request = HTTPRequest(method: .get, url: "https://\(host):\(server.port)/?key=SECRET")
            result = .success(try await transport.execute(request))
        } catch {
            result = .failure(error)
        }
        await transport.shutdown(grace: .zero)
        return result
    }

    private func expectRefusal(_ result: Result<HTTPResponse, HTTPFailure>) {
        guard case .failure(let failure) = result else {
            Issue.record("the server was trusted")
            return
        }
        #expect(failure.phase == .tls && failure.cause == .notTrusted && failure.bytesSent == 0)
        #expect(!"\(failure)".contains("SECRET"))
    }

    @Test("a known authority and the right name are trusted")
    func trusted() async throws {
        #expect(try await outcome("localhost", caFile: true).get().status == 200)
    }

    @Test("an unknown authority is not trusted")
    func unknownAuthority() async throws { try await expectRefusal(outcome("localhost", caFile: false)) }

    @Test("a wrong name is not trusted")
    func wrongName() async throws { try await expectRefusal(outcome("127.0.0.1", caFile: true)) }

    @Test("TLS 1.1 is not spoken")
    func oldVersion() async throws {
        try await expectRefusal(outcome("localhost", caFile: true, ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]))
    }
}

/// An `openssl s_server -www` for the name `localhost` only.
final class OpenSSLServer {
    static let tool = "/usr/bin/openssl"
    static var isAvailable: Bool { FileManager.default.isExecutableFile(atPath: tool) }

    let port: Int
    let certificate: String
    private let process = Process()
    private let folder: URL

    init(_ arguments: [String]) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificate = folder.appendingPathComponent("cert.pem").path
        let key = folder.appendingPathComponent("key.pem").path
        let maker = Process()
        maker.executableURL = URL(fileURLWithPath: Self.tool)
        maker.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
        ]
        maker.standardError = FileHandle.nullDevice
        try maker.run()
        maker.waitUntilExit()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: Self.tool)
        process.arguments =
            ["s_server", "-accept", "0", "-4", "-www", "-cert", certificate, "-key", key] + arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
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

    func stop() {
        // Not SIGTERM: threads of the task pool block it, and children inherit that.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }
}
