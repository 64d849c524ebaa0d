import Foundation
import HTTPTransport
import LoopbackServer
import ProcessSupport
import Testing

@testable import CurlTransport

/// Counts threads and descriptors in a process of its own, so that tests beside it do not disturb it.
@Suite("starting and stopping leaks nothing")
struct CurlLeakTests {
    @Test("1,000 transports leave no thread and no descriptor behind")
    func cycles() async {
        await #expect(processExitsWith: .success) {
            let server = LoopbackServer { _ in Answer.text("x") }
            // What libcurl and the task pool keep for ever is there before anything is counted.
            let first = CurlTransport()
            _ = try await first.execute(HTTPRequest(method: .get, url: server.url()))
            await first.shutdown(grace: .zero)
            let before = try Held.now()
            for number in 0..<1000 {
                let transport = CurlTransport(.init(ownerThreads: 1 + number % 2))
                _ = try await transport.execute(HTTPRequest(method: .get, url: server.url()))
                // Every fourth is dropped without shutdown.
                if number % 4 != 0 { await transport.shutdown(grace: .seconds(1)) }
            }
            server.stop()
            // The server's threads and those of dropped transports are on their way out.
            let limit = before.threads + ProcessInfo.processInfo.processorCount
            let after = try Held.now { $0.descriptors <= before.descriptors && $0.threads <= limit }
            guard after.descriptors <= before.descriptors, after.threads <= limit else {
                fatalError("left behind: \(before) became \(after)")
            }
        }
    }

    @Test("shutdown has freed its thread and its sockets when it returns")
    func shutdownIsComplete() async {
        await #expect(processExitsWith: .success) {
            await CurlTransport().shutdown(grace: .zero)
            let before = try Held.now()
            let transports = (0..<20).map { _ in CurlTransport() }
            let during = try Held.now()
            for transport in transports { await transport.shutdown(grace: .zero) }
            // The task pool may have grown or shrunk, and a thread that was joined may still be listed for a moment.
            let slack = ProcessInfo.processInfo.processorCount
            let after = try Held.now { $0.threads <= before.threads + slack }
            guard during.threads >= before.threads + 20 - slack, after.threads <= before.threads + slack,
                after.descriptors == before.descriptors
            else { fatalError("\(before), then \(during), then \(after)") }
        }
    }
}
