import Synchronization
import Testing

@testable import NotificationGateway

@Suite("A provider's health")
struct ProviderHealthTests {
    /// Where the first of two tasks has come to.
    private final class Meeting: Sendable {
        let place = Atomic<Int>(-1)
    }

    @Test("a message that is taken makes it healthy again, whatever failed at the same moment before")
    func recovers() async {
        let records = (0..<40_000).map { _ in HealthRecord() }
        let meeting = Meeting()
        let refusal = ProviderError(.insufficientBalance, .rejected, message: "no money")
        // Two tasks meet at one record after the other, so that some of them meet in the middle of a change.
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for (place, record) in records.enumerated() {
                    meeting.place.store(place, ordering: .releasing)
                    for _ in 0..<8 { _ = record.record(refusal, at: WallTime(secondsSinceEpoch: 0)) }
                }
            }
            group.addTask {
                for (place, record) in records.enumerated() {
                    while meeting.place.load(ordering: .acquiring) < place { await Task.yield() }
                    for _ in 0..<8 { record.recordAcceptance() }
                }
            }
        }
        for record in records { record.recordAcceptance() }
        #expect(records.count { $0.current != .healthy } == 0)
    }

    @Test("only the first of many failures makes a healthy provider unhealthy")
    func firstFailure() {
        let record = HealthRecord()
        let refusal = ProviderError(.insufficientBalance, .rejected, message: "no money")
        #expect(record.record(refusal, at: WallTime(secondsSinceEpoch: 1)))
        #expect(!record.record(refusal, at: WallTime(secondsSinceEpoch: 2)))
        guard case .unhealthy(.insufficientBalance, _, WallTime(secondsSinceEpoch: 1)) = record.current else {
            Issue.record("expected the first failure, got \(record.current)")
            return
        }
    }
}
