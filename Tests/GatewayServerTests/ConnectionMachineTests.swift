import GatewayTestKit
import Testing

@testable import GatewayServer

@Suite("A connection")
struct ConnectionMachineTests {
    private static let facts = RequestFacts(limit: 10)

    @Test("reads, answers and reads again")
    func life() {
        var machine = ConnectionMachine(mostForHead: 100)
        #expect(machine.wait == .head)
        #expect(machine.on(.bytes(1)) == .none && machine.on(.head(Self.facts)) == .none && machine.wait == .body)
        #expect(machine.on(.body(3)) == .keep && machine.on(.end) == .handle)
        #expect(machine.isBusy && machine.wait == nil)
        #expect(machine.on(.answered) == .write(keepAlive: true) && machine.wait == .writing)
        #expect(machine.on(.written) == .next && machine.wait == .idle && !machine.isBusy)
        #expect(machine.on(.bytes(1)) == .none && machine.wait == .head)
    }

    @Test("refuses a body that is larger than it says or than is taken")
    func large() {
        var machine = ConnectionMachine(mostForHead: 100)
        #expect(machine.on(.head(RequestFacts(limit: 10, refusal: .contentTooLarge))) == .refuse(.contentTooLarge))
        machine = ConnectionMachine(mostForHead: 100)
        _ = machine.on(.head(RequestFacts(limit: 10)))
        #expect(machine.on(.body(10)) == .keep && machine.on(.body(1)) == .refuse(.contentTooLarge))
        #expect(machine.wait == .draining && machine.on(.body(1_000)) == .none && machine.on(.end) == .none)
        #expect(machine.on(.written) == .closeOutput && machine.on(.inputClosed) == .close)
    }

    @Test("keeps nothing of a body that nobody needs, and asks for none")
    func decided() {
        var machine = ConnectionMachine(mostForHead: 100)
        _ = machine.on(.head(RequestFacts(limit: 10, isDecided: true)))
        #expect(machine.on(.body(5)) == .none && machine.on(.body(5)) == .none && machine.on(.end) == .handle)
        #expect(machine.on(.answered) == .write(keepAlive: true))
        machine = ConnectionMachine(mostForHead: 100)
        #expect(machine.on(.head(RequestFacts(limit: 10, expectsContinue: true, isDecided: true))) == .decline)
        #expect(machine.isDeaf && machine.on(.written) == .closeOutput)
    }

    @Test("refuses a body for which there is no room, and one that is nearly all around its chunks")
    func crowded() {
        var machine = ConnectionMachine(mostForHead: 100)
        _ = machine.on(.head(Self.facts))
        #expect(machine.on(.overloaded) == .refuse(.overloaded))
        machine = ConnectionMachine(mostForHead: 100)
        _ = machine.on(.head(Self.facts))
        #expect(machine.on(.bytes(60_000)) == .none && machine.on(.body(1)) == .keep)
        #expect(machine.on(.bytes(60_000)) == .refuse(.contentTooLarge))
    }

    @Test("refuses a head that does not come to its end, but not what comes behind one at once")
    func longHead() {
        var machine = ConnectionMachine(mostForHead: 100)
        #expect(machine.on(.bytes(60_000)) == .none && machine.on(.bytes(1)) == .refuse(.headerTooLarge))
        #expect(machine.isDeaf)
        machine = ConnectionMachine(mostForHead: 100)
        #expect(machine.on(.bytes(60_000)) == .none && machine.on(.head(Self.facts)) == .none)
        #expect(machine.on(.bytes(60_000)) == .none && !machine.isDeaf)
    }

    @Test("ends silently where nothing came, and with a word where something did")
    func time() {
        var machine = ConnectionMachine(mostForHead: 100)
        #expect(machine.on(.timeUp) == .close)
        machine = ConnectionMachine(mostForHead: 100)
        _ = machine.on(.bytes(1))
        #expect(machine.on(.timeUp) == .refuse(.timedOut) && machine.on(.timeUp) == .close)
        machine = ConnectionMachine(mostForHead: 100)
        _ = machine.on(.head(Self.facts))
        #expect(machine.on(.timeUp) == .refuse(.timedOut))
    }

    @Test("told to end, it closes where it is idle, and after the answer where it is not")
    func quiesce() {
        var machine = ConnectionMachine(mostForHead: 100)
        #expect(machine.on(.quiesce) == .close)
        machine = ConnectionMachine(mostForHead: 100)
        _ = machine.on(.head(Self.facts))
        #expect(machine.on(.quiesce) == .none && machine.on(.end) == .handle)
        #expect(machine.on(.answered) == .write(keepAlive: false) && machine.on(.written) == .close)
    }

    @Test("whatever happens, a request has at most one answer, and nothing follows a close")
    func random() {
        let source = SeededRandom()
        let events: [ConnectionMachine.Event] = [
            .bytes(60), .head(Self.facts), .head(RequestFacts(limit: 10, refusal: .contentTooLarge)),
            .head(RequestFacts(limit: 10, isDecided: true)),
            .overloaded, .body(1), .body(20), .end,
            .malformed(.malformed), .answered, .written, .timeUp, .inputClosed, .quiesce,
        ]
        for _ in 0..<2_000 {
            var machine = ConnectionMachine(mostForHead: 100)
            var (handled, answered, isClosed) = (0, 0, false)
            for _ in 0..<30 {
                let action = machine.on(events[Int(source.next() % UInt64(events.count))])
                #expect(!isClosed || action == .none)
                switch action {
                case .handle: handled += 1
                case .write: answered += 1
                case .close: isClosed = true
                default: break
                }
                #expect(answered <= handled && handled <= answered + 1)
            }
        }
    }
}
