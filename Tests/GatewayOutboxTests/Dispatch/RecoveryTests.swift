import NotificationGateway
import Testing

@testable import GatewayOutbox

@Suite("What is done about an entry whose sender died")
struct RecoveryTests {
    private static func entry(
        _ category: NotificationGateway.Category = .notification, tries: Int = 1, expires: WallTime? = nil
    ) -> OutboxEntry {
        var entry = OutboxEntry(.sample("a", category, expires: expires), now: .at(0))
        for _ in 1...tries { entry.progress = entry.progress.taken(by: .of("o", until: 30), now: .at(0)) }
        entry.progress = entry.progress.inherited(by: .of("p", until: 60))
        return entry
    }

    private static func verdict(
        _ findings: [[Recovery.Finding]], _ entry: OutboxEntry = entry(), at seconds: Int64 = 40,
        started: Int64 = 0
    ) -> Recovery.Verdict {
        Recovery.verdict(
            findings, entry, now: .at(seconds), started: .at(started), patience: .seconds(600), maxTries: 3)
    }

    @Test("is accepted where a vendor has a record for each recipient")
    func found() {
        #expect(Self.verdict([[.found]]) == .accepted)
        #expect(Self.verdict([[.absent, .found], [.unaskable, .found]]) == .accepted)
    }

    @Test("goes out again where every vendor surely has none")
    func absent() {
        #expect(Self.verdict([[.absent, .absent]]) == .sendAgain)
        #expect(Self.verdict([[.absent, .unaskable]]) == .uncertain)
        #expect(Self.verdict([[.absent], [.found]]) == .uncertain)
        #expect(Self.verdict([[]]) == .uncertain)
    }

    @Test("does not go out again where its time is over or its tries are used up")
    func tooLate() {
        #expect(Self.verdict([[.absent]], Self.entry(expires: .at(40))) == .expired)
        #expect(Self.verdict([[.absent]], Self.entry(.verification)) == .expired)
        #expect(Self.verdict([[.absent]], Self.entry(tries: 3)) == .exhausted)
    }

    @Test("is asked about again when the records settle, and uncertain when patience ends")
    func unsettled() {
        #expect(Self.verdict([[.unsettled(.at(90)), .absent]]) == .askAgain(.at(90)))
        #expect(Self.verdict([[.unsettled(nil), .unaskable]]) == .askAgain(.at(70)))
        #expect(Self.verdict([[.unsettled(.at(20))]]) == .askAgain(.at(41)))
        #expect(Self.verdict([[.unsettled(.at(9999))]]) == .askAgain(.at(630)))
        #expect(Self.verdict([[.unsettled(nil)]], at: 629) == .askAgain(.at(630)))
        #expect(Self.verdict([[.unsettled(nil)]], at: 630) == .uncertain)
    }

    @Test("is asked about no less long where nobody was there to ask for hours")
    func longSilence() {
        #expect(Self.verdict([[.unsettled(nil)]], at: 9_001, started: 9_000) == .askAgain(.at(9_031)))
        #expect(Self.verdict([[.unsettled(nil)]], at: 9_599, started: 9_000) == .askAgain(.at(9_600)))
        #expect(Self.verdict([[.unsettled(nil)]], at: 9_600, started: 9_000) == .uncertain)
    }

    @Test("is a code: it goes out again unasked, but only within its time and tries")
    func codes() {
        func verdict(_ entry: OutboxEntry, at seconds: Int64) -> Recovery.Verdict? {
            Recovery.verdictUnasked(entry, now: .at(seconds), maxTries: 3)
        }
        #expect(verdict(Self.entry(.verification), at: 14) == .sendAgain)
        #expect(verdict(Self.entry(.verification), at: 15) == nil)
        #expect(verdict(Self.entry(.verification, expires: .at(9)), at: 9) == nil)
        #expect(verdict(Self.entry(.verification, tries: 3), at: 1) == nil)
        #expect(verdict(Self.entry(.notification), at: 1) == nil)
    }

    @Test("is found by the references of its own requests alone")
    func references() {
        #expect(Inquiry.isReference("a-1", of: "a") && Inquiry.isReference("a-12", of: "a"))
        for other in ["a", "a-", "a-1-1", "a-x", "ab-1", nil] { #expect(!Inquiry.isReference(other, of: "a")) }
        #expect(Inquiry.isReference("a-1-1", of: "a-1"))
    }
}
