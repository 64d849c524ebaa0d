import HTTPTransport
import LoopbackServer
import Testing

/// Cancellation, waiting for room and shutdown.
@Suite("the life of a request in an HTTP transport", .timeLimit(.minutes(10)))
struct LifeRules {
    /// A server that says when it has read a request and never answers.
    private static func silentServer(_ arrived: Signal, _ gone: Signal = Signal()) -> LoopbackServer {
        LoopbackServer { (connection: ServerConnection) in
            _ = connection.readRequest()
            arrived.give()
            connection.readToEnd()
            gone.give()
        }
    }

    @Test("cancelling ends a waiting request at once and closes its connection", arguments: HTTPTransportSubject.all)
    func cancelled(subject: HTTPTransportSubject) async throws {
        let (arrived, gone) = (Signal(), Signal())
        let server = Self.silentServer(arrived, gone)
        defer { server.stop() }
        try await subject.with { transport in
            let task = Task { await transport.failure(of: HTTPRequest(method: .post, url: server.url(), body: [1])) }
            await arrived.wait()
            task.cancel()
            let failure = await task.value
            #expect(failure?.phase == .waiting && failure?.cause == .cancelled && (failure?.bytesSent ?? 0) > 0)
            await gone.wait()
        }
    }

    @Test("a request of a cancelled task is not started", arguments: HTTPTransportSubject.all)
    func cancelledBefore(subject: HTTPTransportSubject) async throws {
        let server = LoopbackServer { _ in Answer.text("") }
        defer { server.stop() }
        try await subject.with { transport in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return await transport.failure(of: HTTPRequest(method: .get, url: server.url()))
            }
            let failure = await task.value
            #expect(failure?.phase == .notStarted && failure?.cause == .cancelled)
        }
        #expect(server.requests.isEmpty)
    }

    @Test("cancelling a request that is being sent says how much had left", arguments: HTTPTransportSubject.all)
    func cancelledWhileSending(subject: HTTPTransportSubject) async throws {
        let (arrived, done) = (Signal(), Signal())
        let server = LoopbackServer { (connection: ServerConnection) in
            _ = connection.read()
            arrived.give()
            done.waitBlocking()
        }
        defer {
            done.give()
            server.stop()
        }
        try await subject.with { transport in
            let body = [UInt8](repeating: 1, count: 50_000_000)
            let task = Task { await transport.failure(of: HTTPRequest(method: .post, url: server.url(), body: body)) }
            await arrived.wait()
            task.cancel()
            let failure = await task.value
            #expect(failure?.phase == .sending && failure?.cause == .cancelled && failure?.surelyNotSent == false)
        }
    }

    @Test(
        "a request without room is not started, whether its time passes or it is cancelled",
        arguments: HTTPTransportSubject.all)
    func noRoom(subject: HTTPTransportSubject) async throws {
        let arrived = Signal()
        let server = Self.silentServer(arrived)
        defer { server.stop() }
        try await subject.with(.patient.with { $0.maxConnectionsPerHost = 1 }) { transport in
            let hog = HTTPRequest(method: .post, url: server.url("/hog"), body: [1])
            let running = Task { await transport.failure(of: hog) }
            await arrived.wait()
            let late = HTTPRequest(method: .post, url: server.url("/late"), body: [1], timeout: .milliseconds(50))
            let timedOut = await transport.failure(of: late)
            #expect(timedOut?.phase == .notStarted && timedOut?.cause == .timedOut && timedOut?.bytesSent == 0)
            let waiting = Task { await transport.failure(of: HTTPRequest(method: .get, url: server.url("/late"))) }
            waiting.cancel()
            let cancelled = await waiting.value
            #expect(cancelled?.phase == .notStarted && cancelled?.cause == .cancelled)
            running.cancel()
            _ = await running.value
        }
        #expect(server.requests.map(\.path) == ["/hog"])
    }

    @Test("a host gets no more connections than allowed", arguments: HTTPTransportSubject.all, [1, 2, 5])
    func connectionLimit(subject: HTTPTransportSubject, limit: Int) async throws {
        let server = LoopbackServer { _ in Answer.text("x") }
        defer { server.stop() }
        try await subject.with(.patient.with { $0.maxConnectionsPerHost = limit }) { transport in
            await withTaskGroup { group in
                for _ in 0..<60 {
                    group.addTask {
                        #expect(await transport.failure(of: HTTPRequest(method: .get, url: server.url())) == nil)
                    }
                }
            }
        }
        // They are kept alive, so those open at a time are those ever opened.
        #expect(server.connections <= limit && server.requests.count == 60)
    }

    @Test("no time left means not started", arguments: HTTPTransportSubject.all, [Duration.zero, .seconds(-5)])
    func noTime(subject: HTTPTransportSubject, timeout: Duration) async throws {
        let server = LoopbackServer { _ in Answer.text("") }
        defer { server.stop() }
        let request = HTTPRequest(method: .get, url: server.url(), timeout: timeout)
        let failure = try await subject.with { await $0.failure(of: request) }
        #expect(failure?.phase == .notStarted && failure?.cause == .timedOut)
        #expect(server.requests.isEmpty)
    }

    @Test("shutdown lets a request in flight finish inside the grace", arguments: HTTPTransportSubject.all)
    func graceful(subject: HTTPTransportSubject) async throws {
        let (arrived, answer) = (Signal(), Signal())
        let server = LoopbackServer { (connection: ServerConnection) in
            _ = connection.readRequest()
            arrived.give()
            answer.waitBlocking()
            connection.write(Answer.text("done"))
        }
        defer { server.stop() }
        let transport = subject.make(.patient)
        let task = Task { try await transport.execute(HTTPRequest(method: .get, url: server.url())) }
        await arrived.wait()
        let stopping = Task { await transport.shutdown(grace: .seconds(30)) }
        answer.give()
        let response = try await task.value
        #expect(response.status == 200)
        await stopping.value
    }

    @Test(
        "shutdown fails what is still in flight after the grace, and every later call",
        arguments: HTTPTransportSubject.all)
    func forced(subject: HTTPTransportSubject) async throws {
        let arrived = Signal()
        let server = Self.silentServer(arrived)
        defer { server.stop() }
        let transport = subject.make(.patient)
        let request = HTTPRequest(method: .post, url: server.url(), body: [1])
        let task = Task { await transport.failure(of: request) }
        await arrived.wait()
        await transport.shutdown(grace: .milliseconds(1))
        let failure = await task.value
        #expect(failure?.cause == .shutDown && failure?.phase == .waiting)
        let later = await transport.failure(of: request)
        #expect(later?.cause == .shutDown && later?.phase == .notStarted)
        async let second: Void = transport.shutdown(grace: .seconds(5))
        async let third: Void = transport.shutdown(grace: .zero)
        _ = await (second, third)
    }
}
