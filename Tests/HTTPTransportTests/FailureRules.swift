import HTTPTransport
import LoopbackServer
import Testing

/// How every ``HTTPTransport`` tells how far a request came.
@Suite("an HTTP transport and a server that fails", .timeLimit(.minutes(10)))
struct FailureRules {
    private static let secret = "TOPSECRET"

    private static func request(_ url: String, timeout: Duration? = nil, body: Int = 100) -> HTTPRequest {
        HTTPRequest(
            method: .post, url: url + "?token=\(secret)", headers: [.init("Authorization", secret)],
            body: [UInt8](repeating: 0x41, count: body), timeout: timeout)
    }

    /// Sends one request that must fail and checks what every failure has in common.
    private static func failure(
        _ subject: HTTPTransportSubject, _ request: HTTPRequest, _ settings: HTTPTransportSettings = .patient
    ) async throws -> HTTPFailure {
        let failure = try #require(await subject.with(settings) { await $0.failure(of: request) })
        #expect(!"\(failure)".contains(secret) && !failure.detail.contains("token"))
        #expect(failure.surelyNotSent == (failure.bytesSent == 0))
        return failure
    }

    /// The failure of a request whose time runs out in the phase wanted.
    ///
    /// A busy machine may not come so far within a short limit, so longer ones follow; the last failure is returned as
    /// it is.
    private static func timedOut(
        _ subject: HTTPTransportSubject, in phase: HTTPFailure.Phase, _ url: String, body: Int = 100,
        connectTimeout: Bool = false
    ) async throws -> HTTPFailure {
        let limits: [Duration] = [.milliseconds(200), .seconds(2), .seconds(20)]
        var last: HTTPFailure?
        for limit in limits where last?.phase != phase {
            let request = request(url, timeout: connectTimeout ? nil : limit, body: body)
            let settings = HTTPTransportSettings.patient.with { if connectTimeout { $0.connectTimeout = limit } }
            last = try await failure(subject, request, settings)
        }
        let failure = try #require(last)
        #expect(failure.phase == phase && failure.cause == .timedOut)
        return failure
    }

    @Test("a refused connection ends while connecting, nothing sent", arguments: HTTPTransportSubject.all)
    func refused(subject: HTTPTransportSubject) async throws {
        let refusing = UnservedPort(.refuses)
        defer { refusing.close() }
        let failure = try await Self.failure(subject, Self.request("http://127.0.0.1:\(refusing.port)/"))
        #expect(failure.phase == .connect && failure.cause == .unreachable)
    }

    @Test(
        "a host that does not take the connection ends while connecting, at the first limit that passes",
        arguments: HTTPTransportSubject.all, [true, false])
    func hanging(subject: HTTPTransportSubject, connectTimeout: Bool) async throws {
        let hanging = UnservedPort(.hangs)
        defer { hanging.close() }
        let url = "http://127.0.0.1:\(hanging.port)/"
        let failure = try await Self.timedOut(subject, in: .connect, url, connectTimeout: connectTimeout)
        #expect(failure.bytesSent == 0)
    }

    @Test("a name without address ends in name resolution, nothing sent", arguments: HTTPTransportSubject.all)
    func unknownName(subject: HTTPTransportSubject) async throws {
        let failure = try await Self.failure(
            subject, Self.request("https://no-such-host.invalid/", timeout: .seconds(3)))
        #expect(failure.phase == .nameResolution)
        #expect(failure.cause == .unreachable || failure.cause == .timedOut)
    }

    @Test("a server that never answers ends while waiting", arguments: HTTPTransportSubject.all)
    func silent(subject: HTTPTransportSubject) async throws {
        let server = LoopbackServer { (connection: ServerConnection) in connection.readToEnd() }
        defer { server.stop() }
        let failure = try await Self.timedOut(subject, in: .waiting, server.url())
        #expect(failure.bytesSent > 100)
    }

    @Test("the transport's limit holds when the request asks for more", arguments: HTTPTransportSubject.all)
    func ownLimit(subject: HTTPTransportSubject) async throws {
        let server = LoopbackServer { (connection: ServerConnection) in connection.readToEnd() }
        defer { server.stop() }
        let failure = try await Self.failure(
            subject, Self.request(server.url(), timeout: .seconds(3600)), .init(requestTimeout: .milliseconds(200)))
        #expect(failure.cause == .timedOut)
    }

    @Test(
        "a server that does not read ends while sending, with the bytes that left", arguments: HTTPTransportSubject.all)
    func notReading(subject: HTTPTransportSubject) async throws {
        let done = Signal()
        let server = LoopbackServer { (_: ServerConnection) in done.waitBlocking() }
        defer {
            done.give()
            server.stop()
        }
        let failure = try await Self.timedOut(subject, in: .sending, server.url(), body: 50_000_000)
        #expect(failure.bytesSent > 0 && failure.bytesSent < 50_000_000)
    }

    @Test("an answer that stops half-way ends while receiving, at its limit", arguments: HTTPTransportSubject.all)
    func stalledAnswer(subject: HTTPTransportSubject) async throws {
        let server = LoopbackServer { (connection: ServerConnection) in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
            connection.readToEnd()
        }
        defer { server.stop() }
        _ = try await Self.timedOut(subject, in: .receiving, server.url())
    }

    @Test(
        "half an answer ends while receiving",
        arguments: HTTPTransportSubject.all,
        [
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n",
            "HTTP/1.1 403 Forbidden\r\nContent-Len",
            "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe",
        ])
    func truncated(subject: HTTPTransportSubject, answer: String) async throws {
        let server = LoopbackServer { (connection: ServerConnection) in
            _ = connection.readRequest()
            connection.write(answer)
        }
        defer { server.stop() }
        let failure = try await Self.failure(subject, Self.request(server.url()))
        #expect(failure.phase == .receiving && failure.cause == .connectionLost)
    }

    @Test(
        "what is not HTTP is refused", arguments: HTTPTransportSubject.all,
        ["garbage\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "<html>hello</html>"])
    func garbage(subject: HTTPTransportSubject, answer: String) async throws {
        let server = LoopbackServer { (connection: ServerConnection) in
            _ = connection.readRequest()
            connection.write(answer)
        }
        defer { server.stop() }
        let failure = try await Self.failure(subject, Self.request(server.url()))
        #expect(failure.phase == .receiving && failure.cause == .malformedAnswer)
    }

    @Test("a connection closed unanswered ends while waiting", arguments: HTTPTransportSubject.all)
    func closedUnanswered(subject: HTTPTransportSubject) async throws {
        let server = LoopbackServer { (connection: ServerConnection) in _ = connection.readRequest() }
        defer { server.stop() }
        let failure = try await Self.failure(subject, Self.request(server.url()))
        #expect(failure.phase == .waiting && failure.cause == .connectionLost && failure.bytesSent > 100)
        #expect(server.requests.count == 1)
    }

    @Test(
        "an answer before the whole request was read is never reported as surely not sent",
        arguments: HTTPTransportSubject.all)
    func earlyAnswer(subject: HTTPTransportSubject) async throws {
        let server = LoopbackServer { (connection: ServerConnection) in
            _ = connection.read()
            connection.write(Answer.text("no", status: "413 Too Large", headers: ["Connection: close"]))
        }
        defer { server.stop() }
        try await subject.with { transport in
            do throws(HTTPFailure) {
                let response = try await transport.execute(Self.request(server.url(), body: 20_000_000))
                #expect(response.status == 413)
            } catch {
                #expect(!error.surelyNotSent)
            }
        }
    }

    @Test(
        "a request that cannot be sent safely is refused before anything is tried",
        arguments: HTTPTransportSubject.all,
        [
            HTTPRequest(method: .get, url: "http://example.com/"),
            HTTPRequest(method: .get, url: "http://127.0.0.1.example.com/"),
            HTTPRequest(method: .get, url: "http://127.0.0.1@example.com/"),
            HTTPRequest(method: .get, url: "http://user:word@127.0.0.1/"),
            HTTPRequest(method: .get, url: "ftp://127.0.0.1/"),
            HTTPRequest(method: .get, url: "file:///etc/passwd"),
            HTTPRequest(method: .get, url: ""),
            HTTPRequest(method: .get, url: "https://"),
            HTTPRequest(method: .get, url: "http://127.0.0.1/a b"),
            HTTPRequest(method: .get, url: "http://127.0.0.1/\r\nX: y"),
            HTTPRequest(method: .get, url: "http://127.0.0.1:99999/"),
            HTTPRequest(method: .get, url: "http://127.0.0.1/", headers: [.init("X", "a\r\nY: b")]),
            HTTPRequest(method: .get, url: "http://127.0.0.1/", headers: [.init("X\r\nY", "a")]),
            HTTPRequest(method: .get, url: "http://127.0.0.1/", headers: [.init("", "a")]),
            HTTPRequest(method: .get, url: "http://127.0.0.1/", headers: [.init("Transfer-Encoding", "chunked")]),
            HTTPRequest(method: .get, url: "http://127.0.0.1/", headers: [.init("Content-Length", "7")]),
        ])
    func refusedRequests(subject: HTTPTransportSubject, request: HTTPRequest) async throws {
        let failure = try await Self.failure(subject, request)
        #expect(failure.phase == .notStarted && failure.cause == .invalidRequest)
    }
}
