import GatewayTestKit
import Testing

@testable import NotificationGateway

@Suite("A queue for requests in flight")
struct InFlightQueueTests {
    @Test("lets so many go at once, then one for each that ends, in the order of arrival")
    func order() {
        var queue = InFlightQueue(limit: 2)
        let entries = (1...4).map { _ in queue.enter() }
        #expect(entries == [.go, .go, .wait(1), .wait(2)])
        #expect(queue.leave() == 1)
        #expect(queue.enter() == .wait(3))
        let gaveUp = [2, 2, 1].map { queue.giveUp($0) }
        #expect(gaveUp == [true, false, false])
        let next = (1...3).map { _ in queue.leave() }
        #expect(next == [3, nil, nil])
        #expect(queue.inFlight == 0)
    }

    @Test("in any order of events keeps the limit, the order, and no place empty while somebody waits")
    func anyOrder() {
        let random = SeededRandom(seed: 3)
        for limit in 1...4 {
            var queue = InFlightQueue(limit: limit)
            var (running, line) = (0, [UInt64]())
            for _ in 0..<20_000 {
                switch random.next() % 5 {
                case 0, 1:
                    switch queue.enter() {
                    case .go: running += 1
                    case .wait(let ticket): line.append(ticket)
                    }
                case 2,
                    3 where running > 0:
                    let next = queue.leave()
                    #expect(next == line.first)
                    if line.isEmpty { running -= 1 } else { line.removeFirst() }
                default:
                    guard let ticket = line.isEmpty ? nil : line[Int(random.next() % UInt64(line.count))] else {
                        continue
                    }
                    let isGivenUp = queue.giveUp(ticket)
                    #expect(isGivenUp)
                    line.removeAll { $0 == ticket }
                }
                #expect(queue.inFlight == running && queue.waitingCount == line.count)
                #expect(running <= limit && (line.isEmpty || running == limit))
            }
        }
    }
}
