import Foundation
import HTTPTransport
import LoopbackServer
import Testing

@testable import CurlTransport

/// Counts threads and descriptors in a process of its own, so that tests beside it do not disturb it.
@Suite("starting and stopping leaks nothing")
struct CurlLeakTests {
    @Test("1,000 transports leave no thread and no descriptor behind")
    func cycles() async {
        await #expect(processExitsWith: .success) {
            let server = LoopbackServer { _ in Answer.text("x") }
            let before = try Held.now()
            for number in 0..<1000 {
                let transport = CurlTransport(.init(ownerThreads: 1 + number % 2))
                _ = try await transport.execute(HTTPRequest(method: .get, url: server.url()))
                // Every fourth is dropped without shutdown.
                if number % 4 != 0 { await transport.shutdown(grace: .seconds(1)) }
            }
            server.stop()
            let after = try Held.now()
            // The server's own threads and those of dropped transports may be on their way out; a leak would be in the hundreds.
            guard after.descriptors - before.descriptors < 50, after.threads - before.threads < 50 else {
                fatalError("left behind: \(before) became \(after)")
            }
        }
    }

    @Test("shutdown has freed its thread and its sockets when it returns")
    func shutdownIsComplete() async {
        await #expect(processExitsWith: .success) {
            // The pool starts its threads and the library its state before anything is counted.
            await CurlTransport().shutdown(grace: .zero)
            let listener = LoopbackServer { (connection: ServerConnection) in connection.readToEnd() }
            let before = try Held.now()
            let transports = (0..<20).map { _ in CurlTransport() }
            let during = try Held.now()
            for transport in transports { await transport.shutdown(grace: .zero) }
            let after = try Held.now()
            listener.stop()
            guard during.threads >= before.threads + 20, after.descriptors == before.descriptors,
                after.threads <= before.threads + ProcessInfo.processInfo.processorCount
            else { fatalError("\(before), then \(during), then \(after)") }
        }
    }
}

/// What this process holds at a moment.
struct Held: CustomStringConvertible {
    var descriptors: Int
    var threads: Int

    static func now() throws -> Held {
        let files = FileManager.default
        return Held(
            descriptors: try files.contentsOfDirectory(atPath: "/proc/self/fd").count,
            threads: try files.contentsOfDirectory(atPath: "/proc/self/task").count)
    }

    var description: String { "\(descriptors) descriptors and \(threads) threads" }
}
