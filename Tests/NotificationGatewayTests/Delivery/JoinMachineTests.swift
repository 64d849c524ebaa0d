import GatewayTestKit
import Testing

@testable import NotificationGateway

@Suite("Calls with one id")
struct JoinMachineTests {
    private let content = MessageFingerprint(high: 1, low: 1)

    @Test("are led by the first and joined by the others, and all get the end")
    func join() {
        var machine = JoinMachine()
        #expect(machine.arrive("m", content) == .lead(1))
        #expect(machine.arrive("m", content) == .join(2))
        #expect(machine.arrive("n", content) == .lead(3))
        #expect(machine.end("m", isNothingSent: false).answered == [1, 2])
        #expect(machine.count == 1)
    }

    @Test("are refused where the content differs, until the first has ended")
    func conflict() {
        var machine = JoinMachine()
        _ = machine.arrive("m", content)
        #expect(machine.arrive("m", MessageFingerprint(high: 1, low: 2)) == .conflict)
        _ = machine.end("m", isNothingSent: true)
        #expect(machine.arrive("m", MessageFingerprint(high: 1, low: 2)) == .lead(2))
    }

    @Test("cancel the send only when nobody else waits")
    func leaving() {
        var machine = JoinMachine()
        _ = (machine.arrive("m", content), machine.arrive("m", content))
        #expect(machine.leave(1, "m") == .answer)
        #expect(machine.leave(1, "m") == .none)
        #expect(machine.leave(2, "m") == .cancelSend)
        #expect(machine.end("m", isNothingSent: true).answered == [2])
        #expect(machine.leave(2, "m") == .none)
    }

    @Test("that come after the send was cancelled try anew where nothing was sent, and else get what came of it")
    func afterCancellation() {
        for isNothingSent in [true, false] {
            var machine = JoinMachine()
            _ = machine.arrive("m", content)
            #expect(machine.leave(1, "m") == .cancelSend)
            #expect(machine.arrive("m", content) == .join(2))
            let end = machine.end("m", isNothingSent: isNothingSent)
            #expect(end.answered == (isNothingSent ? [1] : [1, 2]) && end.again == (isNothingSent ? [2] : []))
        }
    }

    @Test(
        "in any order of events: one send for an id, each caller is answered once, and nobody's leaving harms another")
    func anyOrder() {
        let random = SeededRandom(seed: 7)
        var machine = JoinMachine()
        var waiting: [MessageID: Set<UInt64>] = [:]
        var cancelled: Set<MessageID> = []
        for _ in 0..<50_000 {
            let id = MessageID(rawValue: "m\(random.next() % 4)")
            switch random.next() % 4 {
            case 0, 1:
                switch machine.arrive(id, content) {
                case .lead(let caller):
                    #expect(waiting[id] == nil)
                    waiting[id] = [caller]
                case .join(let caller): #expect(waiting[id]?.insert(caller).inserted == true)
                case .conflict: Issue.record("nobody gave another content")
                }
            case 2:
                guard let caller = waiting[id]?.sorted().randomElement(by: random) else { continue }
                switch machine.leave(caller, id) {
                case .answer: waiting[id]?.remove(caller)
                case .cancelSend: #expect(waiting[id] == [caller] && cancelled.insert(id).inserted)
                case .none: Issue.record("it was waiting")
                }
                #expect(waiting[id]?.isEmpty == false || cancelled.contains(id))
            default:
                let end = machine.end(id, isNothingSent: random.next() % 2 == 0)
                #expect(Set(end.answered + end.again) == waiting.removeValue(forKey: id) ?? [])
                #expect(end.again.isEmpty || cancelled.contains(id))
                cancelled.remove(id)
            }
        }
    }
}

extension Array {
    fileprivate func randomElement(by random: SeededRandom) -> Element? {
        isEmpty ? nil : self[Int(random.next() % UInt64(count))]
    }
}
