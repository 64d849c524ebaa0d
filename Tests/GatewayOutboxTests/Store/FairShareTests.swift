import NotificationGateway
import Testing

@testable import GatewayOutbox

@Suite("Turns between tenants")
struct FairShareTests {
    @Test("go round, whoever has more")
    func rounds() {
        #expect(FairShare.turns(5, among: ["a": 9, "b": 2], after: nil) == ["a", "b", "a", "b", "a"])
        #expect(FairShare.turns(9, among: ["a": 1, "b": 2], after: nil) == ["a", "b", "b"])
    }

    @Test("go on after who was served last, also when that one is gone")
    func goOn() {
        #expect(FairShare.turns(2, among: ["a": 1, "b": 1, "c": 1], after: "b") == ["c", "a"])
        #expect(FairShare.turns(1, among: ["a": 1, "c": 1], after: "b") == ["c"])
        #expect(FairShare.turns(1, among: ["a": 1], after: "z") == ["a"])
    }

    @Test("are none where nothing waits or nothing is wanted")
    func none() {
        #expect(FairShare.turns(3, among: ["a": 0], after: nil).isEmpty)
        #expect(FairShare.turns(0, among: ["a": 1], after: nil).isEmpty)
    }
}
