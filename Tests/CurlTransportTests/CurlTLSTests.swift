import HTTPTransport
import LoopbackServer
import Testing

@testable import CurlTransport

/// Certificates, against `openssl s_server` with a key pair made for the test.
@Suite("certificates are verified")
struct CurlTLSTests {
    private func outcome(
        _ host: String, caFile: Bool, _ arguments: [String] = []
    ) async throws -> Result<HTTPResponse, HTTPFailure> {
        let server = try await OpenSSLServer.start(arguments)
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
