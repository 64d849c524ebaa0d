import HTTPTransport
import LoopbackServer

/// A proxy in front of a vendor that passes requests on, but for one, with which it does what a test tells it.
final class CuttingProxy: Sendable {
    /// The connection of the request that is cut, before anything of it is read.
    struct Passage: Sendable {
        let connection: ServerConnection
        fileprivate let vendorPort: Int

        /// The vendor's whole answer, head and body, to the request, which the vendor gets whole.
        func answer() -> (head: [UInt8], body: [UInt8]) {
            guard let request = connection.readRequest() else { return ([], []) }
            let answer = LoopbackClient.answer(to: request.bytes, from: vendorPort)
            let body = ReceivedRequest(answer).body
            return (answer.dropLast(body.count), body)
        }
    }

    private let server: LoopbackServer

    /// Starts in front of a port. After `passed` requests the next one is cut; those that follow are passed on, so that
    /// one that is sent again reaches the vendor.
    init(before vendorPort: Int, after passed: Int, _ cut: @escaping @Sendable (Passage) -> Void) {
        let seen = Guarded(0)
        server = LoopbackServer { (connection: ServerConnection) in
            while connection.waitForBytes() {
                let number = seen.withLock { count -> Int in
                    defer { count += 1 }
                    return count
                }
                if number == passed { return cut(Passage(connection: connection, vendorPort: vendorPort)) }
                guard let request = connection.readRequest() else { return }
                connection.write(LoopbackClient.answer(to: request.bytes, from: vendorPort))
            }
        }
    }

    var port: Int { server.port }
    func stop() { server.stop() }
}

/// A transport that keeps the failures of the one that it passes requests on to.
struct WatchedTransport: HTTPTransport {
    let transport: any HTTPTransport
    let failures: Guarded<[HTTPFailure]>

    func execute(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        do { return try await transport.execute(request) } catch {
            failures.withLock { $0.append(error) }
            throw error
        }
    }

    func shutdown(grace: Duration) async { await transport.shutdown(grace: grace) }
}
