import HTTPTransport
import LoopbackServer
import Testing

/// That a request is never written twice, however a kept-alive connection ends.
@Suite("an HTTP transport sends each request at most once", .timeLimit(.minutes(10)))
struct OnceRules {
    private static func post(_ server: LoopbackServer, _ path: String) -> HTTPRequest {
        HTTPRequest(method: .post, url: server.url(path), body: [1, 2, 3])
    }

    /// Answers the first request of each connection; reads the second and closes unanswered.
    private static func forgetfulServer(onSecond: @escaping @Sendable () -> Void = {}) -> LoopbackServer {
        LoopbackServer { (connection: ServerConnection) in
            guard connection.readRequest() != nil else { return }
            connection.write(Answer.text("first"))
            if connection.readRequest() != nil { onSecond() }
        }
    }

    @Test(
        "a kept-alive connection that swallows its second request sees it once, and nobody else does",
        arguments: HTTPTransportSubject.all)
    func swallowed(subject: HTTPTransportSubject) async throws {
        let server = Self.forgetfulServer()
        defer { server.stop() }
        let count = 40
        let failures = try await subject.with(.patient.with { $0.maxConnectionsPerHost = 1 }) { transport in
            var failures: [HTTPFailure] = []
            for number in 0..<count {
                if let failure = await transport.failure(of: Self.post(server, "/\(number)")) {
                    failures.append(failure)
                }
            }
            return failures
        }
        #expect(server.requests.map(\.path) == (0..<count).map { "/\($0)" })
        #expect(!failures.isEmpty)
        #expect(failures.allSatisfy { $0.phase == .waiting && $0.cause == .connectionLost && $0.bytesSent > 0 })
    }

    @Test(
        "a request swallowed by a server that then vanished is not called unsent", arguments: HTTPTransportSubject.all)
    func vanished(subject: HTTPTransportSubject) async throws {
        let listening = Guarded<LoopbackServer?>(nil)
        // The listener goes away before the connection does, so that connecting anew is refused.
        let server = Self.forgetfulServer { listening.withLock { $0 }?.stopListening() }
        listening.withLock { $0 = server }
        defer { server.stop() }
        try await subject.with(.patient.with { $0.maxConnectionsPerHost = 1 }) { transport in
            _ = try await transport.execute(Self.post(server, "/warm"))
            let failure = await transport.failure(of: Self.post(server, "/last"))
            #expect(failure?.phase == .waiting && failure?.surelyNotSent == false)
        }
        #expect(server.requests.filter { $0.path == "/last" }.count == 1)
    }

    @Test("a connection that the server closed while idle costs no request", arguments: HTTPTransportSubject.all)
    func closedWhileIdle(subject: HTTPTransportSubject) async throws {
        let closed = [Signal(), Signal()]
        let server = LoopbackServer { (connection: ServerConnection) in
            guard let request = connection.readRequest(), let number = Int(request.path.dropFirst()) else { return }
            connection.write(Answer.text("x"))
            connection.close()
            closed[number].give()
        }
        defer { server.stop() }
        try await subject.with { transport in
            for number in closed.indices {
                _ = try await transport.execute(Self.post(server, "/\(number)"))
                await closed[number].wait()
            }
        }
        #expect(server.requests.map(\.path) == ["/0", "/1"])
    }
}
