import Foundation
import HTTPTransport
import LoopbackServer
import Testing

@testable import CurlTransport

/// What only this transport offers, over real sockets.
@Suite("libcurl's own ways", .timeLimit(.minutes(10)))
struct CurlExchangeTests {
    /// Limits that no test reaches, however busy the machine is: a test that is about a limit sets its own.
    private static let patient = CurlTransportOptions(
        HTTPTransportSettings(connectTimeout: .seconds(600), requestTimeout: .seconds(600)))

    private func with<Value>(
        _ options: CurlTransportOptions = patient, _ body: (CurlTransport) async throws -> Value
    ) async throws -> Value {
        let transport = CurlTransport(options)
        do {
            let value = try await body(transport)
            await transport.shutdown(grace: .zero)
            return value
        } catch {
            await transport.shutdown(grace: .zero)
            throw error
        }
    }

    /// `gzip -9` of 100,000 zero bytes.
    private static let zeros: [UInt8]? = Data(
        base64Encoded:
            "H4sIAAAAAAACA+3BMQEAAADCoPVPbQ0PoAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIBXA32VEdSghgEA"
    ).map { Array($0) }

    @Test("a gzip answer is decoded, and the limit counts decoded bytes")
    func gzip() async throws {
        let zeros = try #require(Self.zeros)
        let server = LoopbackServer { _ in Answer.bytes(zeros, headers: ["Content-Encoding: gzip"]) }
        defer { server.stop() }
        let request = HTTPRequest(method: .get, url: server.url())
        let response = try await with { try await $0.execute(request) }
        #expect(response.body == [UInt8](repeating: 0, count: 100_000))
        #expect(server.requests.first?["accept-encoding"] == "gzip")
        await #expect(throws: HTTPFailure.self) {
            try await with(.init(.init(maxResponseBytes: 99_999))) { try await $0.execute(request) }
        }
    }

    @Test("broken gzip is a malformed answer")
    func brokenGzip() async throws {
        let server = LoopbackServer { _ in Answer.text("not gzip at all", headers: ["Content-Encoding: gzip"]) }
        defer { server.stop() }
        let error = await #expect(throws: HTTPFailure.self) {
            try await with { try await $0.execute(HTTPRequest(method: .get, url: server.url())) }
        }
        #expect(error?.cause == .malformedAnswer && error?.phase == .receiving)
    }

    @Test("the user agent is the option's unless the request brings one")
    func userAgent() async throws {
        let server = LoopbackServer { _ in Answer.text("") }
        defer { server.stop() }
        try await with(.init(userAgent: "gateway/1")) { transport in
            _ = try await transport.execute(HTTPRequest(method: .get, url: server.url()))
            let own = HTTPRequest(method: .get, url: server.url(), headers: [.init("user-agent", "mine")])
            _ = try await transport.execute(own)
        }
        #expect(server.requests.map { $0["user-agent"] } == ["gateway/1", "mine"])
    }

    @Test("a proxy carries plain requests when it is named")
    func proxy() async throws {
        let proxy = LoopbackServer { Answer.text("via proxy for \($0.path)") }
        defer { proxy.stop() }
        let settings = HTTPTransportSettings(proxy: "http://127.0.0.1:\(proxy.port)", allowPlainHTTP: true)
        let response = try await with(.init(settings)) {
            try await $0.execute(HTTPRequest(method: .get, url: "http://vendor.example/x"))
        }
        #expect(String(decoding: response.body, as: UTF8.self) == "via proxy for http://vendor.example/x")
    }

    @Test(
        "a proxy that refuses the tunnel ends while connecting, nothing sent", arguments: ["403 Forbidden", "407 Who"])
    func refusedTunnel(status: String) async throws {
        let proxy = LoopbackServer { _ in Answer.text("", status: status) }
        defer { proxy.stop() }
        let error = await #expect(throws: HTTPFailure.self) {
            try await with(.init(.init(proxy: "http://127.0.0.1:\(proxy.port)"))) {
                try await $0.execute(HTTPRequest(method: .post, url: "https://vendor.example/?k=SECRET", body: [1]))
            }
        }
        #expect(error?.phase == .connect && error?.surelyNotSent == true && error?.bytesSent == 0)
        #expect(error.map { "\($0)".contains("SECRET") } == false)
        #expect(proxy.requests.first?.head.hasPrefix("CONNECT vendor.example:443 ") == true)
        #expect(error?.isAtProxy == true)
        #expect(
            error?.detail.hasPrefix("the proxy answered \(status.prefix(3)) to CONNECT: ") == true,
            "\(String(describing: error))")
    }

    @Test("a proxy that has no address is said to be the proxy")
    func proxyWithoutAddress() async throws {
        let error = await #expect(throws: HTTPFailure.self) {
            try await with(.init(.init(proxy: "http://proxy.invalid:3128"))) {
                try await $0.execute(HTTPRequest(method: .get, url: "https://vendor.example/"))
            }
        }
        #expect(error?.isAtProxy == true && error?.phase == .nameResolution)
        #expect(error?.detail.contains("proxy") == true)
    }

    @Test(
        "an answer that libcurl cannot read is never called a lack of memory",
        arguments: [
            "HTTP/1.1 200 OK\r\nX: \(String(repeating: "a", count: 300_000))\r\n\r\n",
            "HTTP/1.1 \(String(repeating: "2", count: 300_000))",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n123456789abcdef01\r\nx",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokXX",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: \(String(repeating: "a", count: 300_000))\r\n",
        ])
    func unreadableAnswer(answer: String) async throws {
        let server = LoopbackServer { connection in
            _ = connection.readRequest()
            connection.write(answer)
        }
        defer { server.stop() }
        let error = await #expect(throws: HTTPFailure.self) {
            try await with(.init()) {
                try await $0.execute(HTTPRequest(method: .post, url: server.url(), body: [1]))
            }
        }
        #expect(error?.surelyNotSent == false)
        #expect([.malformedAnswer, .connectionLost, .tooLarge].contains(error?.cause), "\(String(describing: error))")
        #expect(error?.detail.contains("memory") == false, "\(String(describing: error))")
    }

    @Test(
        "a proxy's password is in no failure",
        arguments: ["http://me:SECRET@127.0.0.1:1", "http://me:SECRET@[bad", "odd://me:SECRET@127.0.0.1:1"])
    func proxyPassword(proxy: String) async throws {
        let error = await #expect(throws: HTTPFailure.self) {
            try await with(.init(.init(proxy: proxy))) {
                try await $0.execute(HTTPRequest(method: .get, url: "https://vendor.example/"))
            }
        }
        #expect(error?.surelyNotSent == true)
        #expect(error.map { "\($0)".contains("SECRET") } == false)
    }

    @Test("a proxy named in the environment is ignored")
    func environment() async {
        // In a process of its own: changing the environment is not safe while other threads read it.
        await #expect(processExitsWith: .success) {
            for name in ["http_proxy", "all_proxy", "ALL_PROXY"] { setenv(name, "http://127.0.0.1:1", 1) }
            let server = LoopbackServer { _ in Answer.text("direct") }
            let transport = CurlTransport()
            let response = try await transport.execute(HTTPRequest(method: .get, url: server.url()))
            await transport.shutdown(grace: .zero)
            server.stop()
            #expect(String(decoding: response.body, as: UTF8.self) == "direct")
        }
    }

    @Test("a server that accepts and never shakes hands ends in TLS, nothing sent")
    func silentTLS() async throws {
        let server = LoopbackServer { (connection: ServerConnection) in connection.readToEnd() }
        defer { server.stop() }
        let request = HTTPRequest(method: .post, url: "https://127.0.0.1:\(server.port)/", body: [1])
        var error: HTTPFailure?
        // A busy machine may not come to the handshake within a short limit.
        for limit in [.milliseconds(200), .seconds(2), .seconds(20)] as [Duration] where error?.phase != .tls {
            error = await #expect(throws: HTTPFailure.self) {
                try await with(.init(.init(connectTimeout: limit, requestTimeout: .seconds(60)))) {
                    try await $0.execute(request)
                }
            }
            #expect(error?.cause == .timedOut && error?.bytesSent == 0)
        }
        #expect(error?.phase == .tls)
    }

    @Test("cancelling during the TLS handshake ends it at once, nothing sent")
    func cancelledTLS() async throws {
        let (arrived, gone) = (Signal(), Signal())
        let server = LoopbackServer { (connection: ServerConnection) in
            _ = connection.read()
            arrived.give()
            connection.readToEnd()
            gone.give()
        }
        defer { server.stop() }
        try await with { transport in
            let request = HTTPRequest(method: .post, url: "https://127.0.0.1:\(server.port)/", body: [1])
            let task = Task { try await transport.execute(request) }
            await arrived.wait()
            task.cancel()
            let error = await #expect(throws: HTTPFailure.self) { try await task.value }
            #expect(error?.phase == .tls && error?.cause == .cancelled && error?.surelyNotSent == true)
            await gone.wait()
        }
    }

    @Test("a server that does not speak TLS ends in TLS, nothing sent")
    func plainTLS() async throws {
        let server = LoopbackServer { (connection: ServerConnection) in
            _ = connection.read()
            connection.write("HTTP/1.1 400 Bad Request\r\n\r\n")
        }
        defer { server.stop() }
        let error = await #expect(throws: HTTPFailure.self) {
            try await with {
                try await $0.execute(HTTPRequest(method: .post, url: "https://127.0.0.1:\(server.port)/"))
            }
        }
        #expect(error?.phase == .tls && error?.cause == .notTrusted && error?.bytesSent == 0)
    }

    @Test("tasks may run on the owner thread, and go on after it is gone")
    func executor() async throws {
        let server = LoopbackServer { Answer.text($0.path) }
        defer { server.stop() }
        let transport = CurlTransport()
        let task = Task(executorPreference: transport.executor) {
            for number in 0..<50 {
                let response = try await transport.execute(HTTPRequest(method: .get, url: server.url("/\(number)")))
                #expect(String(decoding: response.body, as: UTF8.self) == "/\(number)")
            }
            await transport.shutdown(grace: .seconds(1))
            await Task.yield()
            return true
        }
        #expect(try await task.value)
    }

    @Test("a transport that is dropped without shutdown ends by itself")
    func dropped() async throws {
        let server = LoopbackServer { _ in Answer.text("") }
        defer { server.stop() }
        for _ in 0..<20 {
            _ = try await CurlTransport().execute(HTTPRequest(method: .get, url: server.url()))
        }
    }
}
