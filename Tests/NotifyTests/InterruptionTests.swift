import Foundation
import Synchronization
import Testing

@testable import notify

@Suite("An interruption")
struct InterruptionTests {
    /// Suspends until the task is cancelled.
    private static func untilCancelled() async -> Bool {
        let (nothing, _) = AsyncStream<Never>.makeStream()
        for await _ in nothing {}
        return Task.isCancelled
    }

    // Signals of no meaning to the test run; their default action would end it.
    @Test("is caught from the first moment of the work on", arguments: [SIGUSR1, SIGUSR2])
    func first(_ signal: Int32) async {
        let isCancelled = await Interruption.cancelling(on: [signal]) {
            kill(getpid(), signal)
            return await Self.untilCancelled()
        }
        #expect(isCancelled)
    }

    @Test("that comes before there is work cancels the work as soon as there is some")
    func early() {
        let cancelled = Atomic(0)
        let cancellation = Cancellation()
        cancellation.cancel()
        cancellation.setTarget { cancelled.add(1, ordering: .relaxed) }
        #expect(cancelled.load(ordering: .relaxed) == 1)
    }

    @Test("that comes later cancels the work then")
    func late() {
        let cancelled = Atomic(0)
        let cancellation = Cancellation()
        cancellation.setTarget { cancelled.add(1, ordering: .relaxed) }
        #expect(cancelled.load(ordering: .relaxed) == 0)
        cancellation.cancel()
        #expect(cancelled.load(ordering: .relaxed) == 1)
    }
}
