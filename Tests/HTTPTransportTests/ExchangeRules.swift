import Foundation
import HTTPTransport
import LoopbackServer
import Testing

/// What every ``HTTPTransport`` does with a server that behaves.
@Suite("an HTTP transport and a server that behaves", .timeLimit(.minutes(10)))
struct ExchangeRules {
    @Test("status, header fields and body arrive as sent", arguments: HTTPTransportSubject.all)
    func wholeAnswer(subject: HTTPTransportSubject) async throws {
        let server = LoopbackServer { _ in
            Answer.text("{\"a\":1}", status: "503 Busy", headers: ["Retry-After: 7", "X-Two:  b "])
        }
        defer { server.stop() }
        let response = try await subject.with { try await $0.execute(HTTPRequest(method: .get, url: server.url())) }
        #expect(response.status == 503)
        #expect(response.headers["retry-after"] == "7")
        #expect(response.headers["X-TWO"] == "b")
        #expect(response.headers["absent"] == nil)
        #expect(response.body == Array("{\"a\":1}".utf8))
    }

    @Test("a request is written exactly as given", arguments: HTTPTransportSubject.all)
    func exactRequest(subject: HTTPTransportSubject) async throws {
        let server = LoopbackServer { _ in Answer.text("") }
        defer { server.stop() }
        let request = HTTPRequest(
            method: .post, url: server.url("/a/../b/./%2F?q=%E4%BD%A0&z=~'()*"),
            headers: [
                .init("x-B", "two words"), .init("Content-Type", "text/x"), .init("A-a", "1"), .init("Empty", ""),
            ],
            body: [0, 13, 10, 255])
        _ = try await subject.with { try await $0.execute(request) }
        let received = try #require(server.requests.first)
        let lines = received.head.components(separatedBy: "\r\n").filter { !$0.isEmpty }
        #expect(lines.first == "POST /a/../b/./%2F?q=%E4%BD%A0&z=~'()* HTTP/1.1")
        #expect(received.body == request.body)
        let added = ["host", "content-length", "accept-encoding"]
        let own = lines.dropFirst().filter { line in
            !added.contains { line.lowercased().hasPrefix($0 + ":") }
        }
        #expect(own.map { $0.trimmingSuffix() } == ["x-B: two words", "Content-Type: text/x", "A-a: 1", "Empty:"])
    }

    @Test(
        "every method works with and without a body, on one connection after another",
        arguments: HTTPTransportSubject.all)
    func methods(subject: HTTPTransportSubject) async throws {
        let server = LoopbackServer { Answer.text("\($0.head.prefix { $0 != " " }) \($0.body.count)") }
        defer { server.stop() }
        try await subject.with { transport in
            for method in [HTTPMethod.get, .post, .put, .delete, .post, .get] {
                for body in [[], [UInt8](repeating: 1, count: 3000), []] {
                    let response = try await transport.execute(
                        HTTPRequest(method: method, url: server.url(), body: body))
                    #expect(String(decoding: response.body, as: UTF8.self) == "\(method.rawValue) \(body.count)")
                }
            }
        }
        #expect(server.requests.allSatisfy { $0["expect"] == nil && $0["accept"] == nil && $0["content-type"] == nil })
    }

    @Test("a large body arrives whole", arguments: HTTPTransportSubject.all)
    func largeBody(subject: HTTPTransportSubject) async throws {
        let server = LoopbackServer { Answer.text("\($0.body.count)") }
        defer { server.stop() }
        let body = [UInt8](repeating: 7, count: 5_000_000)
        let response = try await subject.with {
            try await $0.execute(HTTPRequest(method: .post, url: server.url(), body: body))
        }
        #expect(String(decoding: response.body, as: UTF8.self) == "5000000")
    }

    @Test("a redirect is an answer, not an order", arguments: HTTPTransportSubject.all)
    func redirect(subject: HTTPTransportSubject) async throws {
        let server = LoopbackServer { _ in Answer.text("", status: "302 Found", headers: ["Location: /elsewhere"]) }
        defer { server.stop() }
        let response = try await subject.with { try await $0.execute(HTTPRequest(method: .get, url: server.url())) }
        #expect(response.status == 302)
        #expect(server.requests.count == 1)
    }

    @Test("an interim answer is passed over", arguments: HTTPTransportSubject.all)
    func interimAnswer(subject: HTTPTransportSubject) async throws {
        let interim = Array("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n".utf8)
        let server = LoopbackServer { _ in interim + Answer.text("x", headers: ["X-Final: 1"]) }
        defer { server.stop() }
        let response = try await subject.with { try await $0.execute(HTTPRequest(method: .get, url: server.url())) }
        #expect(response.status == 200)
        #expect(response.headers["x-early"] == nil && response.headers["x-final"] == "1")
    }

    @Test("connections are used again", arguments: HTTPTransportSubject.all)
    func keepAlive(subject: HTTPTransportSubject) async throws {
        let server = LoopbackServer { _ in Answer.text("x") }
        defer { server.stop() }
        try await subject.with { transport in
            for _ in 0..<20 { _ = try await transport.execute(HTTPRequest(method: .get, url: server.url())) }
        }
        #expect(server.connections <= 2)
    }

    @Test("200 requests at once do not mix", arguments: HTTPTransportSubject.all)
    func concurrent(subject: HTTPTransportSubject) async throws {
        let server = LoopbackServer { Answer.bytes($0.body, headers: ["X-Path: \($0.path)"]) }
        defer { server.stop() }
        try await subject.with { transport in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let body = Array("body \(number)".utf8)
                        let request = HTTPRequest(method: .post, url: server.url("/\(number)"), body: body)
                        let response = try await transport.execute(request)
                        #expect(response.body == body && response.headers["x-path"] == "/\(number)")
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect(Set(server.requests.map(\.path)).count == 200 && server.requests.count == 200)
    }

    @Test("an answer longer than the limit is cut off", arguments: HTTPTransportSubject.all)
    func tooLarge(subject: HTTPTransportSubject) async throws {
        let server = LoopbackServer { Answer.bytes([UInt8](repeating: 1, count: $0.path == "/fits" ? 1000 : 1001)) }
        defer { server.stop() }
        try await subject.with(.patient.with { $0.maxResponseBytes = 1000 }) { transport in
            let fits = try await transport.execute(HTTPRequest(method: .get, url: server.url("/fits")))
            #expect(fits.body.count == 1000)
            let failure = await transport.failure(of: HTTPRequest(method: .get, url: server.url()))
            #expect(failure?.cause == .tooLarge && failure?.phase == .receiving)
            #expect(failure?.detail.contains("longer than the limit") == true)
        }
    }

    @Test(
        "an answer without end is cut off, in its head as in its body", arguments: HTTPTransportSubject.all,
        [true, false])
    func endless(subject: HTTPTransportSubject, inHead: Bool) async throws {
        let line = inHead ? "X-More: \(String(repeating: "x", count: 8000))\r\n" : "5\r\nhello\r\n"
        let server = LoopbackServer { (connection: ServerConnection) in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + (inHead ? "" : "\r\n"))
            let lines = Array(String(repeating: line, count: 20).utf8)
            while connection.write(lines) {}
        }
        defer { server.stop() }
        let failure = try await subject.with { await $0.failure(of: HTTPRequest(method: .get, url: server.url())) }
        #expect(failure?.cause == .tooLarge && failure?.phase == .receiving)
    }
}

extension String {
    fileprivate func trimmingSuffix() -> String { hasSuffix(" ") ? String(dropLast()) : self }
}
