import NotificationGateway
import Testing
import VendorSandbox

@Suite("Ten thousand order notices to a vendor that answers some too late", .timeLimit(.minutes(10)))
struct OrderNoticeTests {
    private static let numbers = 0..<10_000
    /// Enough that notices that wait to be looked up do not hold up the others.
    private static let inFlight = 200

    private static func isDelayed(_ number: Int) -> Bool { number % 10 == 0 }
    private static func phone(_ number: Int) -> String { "1380\(1_000_000 + number)" }

    private static func notice(_ number: Int) -> Message {
        Message(
            to: [.text(phone(number))], template: isDelayed(number) ? "delayed" : "shipped",
            parameters: ["text": "order \(number)"])
    }

    private static func sendAll(through gateway: Gateway) async -> [Int: Delivery] {
        await withTaskGroup(of: (Int, Delivery).self) { group in
            var deliveries: [Int: Delivery] = [:]
            for number in numbers {
                if number >= inFlight, let (done, delivery) = await group.next() { deliveries[done] = delivery }
                group.addTask { (number, await gateway.send(notice(number))) }
            }
            return await group.reduce(into: deliveries) { $0[$1.0] = $1.1 }
        }
    }

    @Test("reach each phone exactly once, and the outcomes say so")
    func once() async throws {
        // Without a time after which its records are settled, "not found" by the vendor proves nothing.
        let world = try await World.make(
            options: ["timeout": "300ms", "settling_time": nil], providers: "[primary]", route: "retries: 10")
        await world.script(template: "SMS_2001") { $0.delay = .seconds(3) }
        let deliveries = await Self.sendAll(through: world.gateway)
        let inbox = await world.sandbox.inbox().map(\.phone)
        await world.close()

        #expect(deliveries.count == Self.numbers.count)
        #expect(Set(inbox).count == inbox.count)
        // A machine that is too busy to start a request eleven times may have some rejected; then nobody has them.
        let taken = deliveries.filter { $0.value.outcome != .rejected }.keys
        #expect(Set(inbox).symmetricDifference(taken.map(Self.phone)).isEmpty)
        #expect(taken.allSatisfy { deliveries[$0]?.outcome == .accepted })
        let doubtful = taken.filter { deliveries[$0]?.attempts.last?.acceptance == .unknown }
        #expect(Set(doubtful).isSuperset(of: taken.filter(Self.isDelayed)))
        #expect(doubtful.allSatisfy { deliveries[$0]?.attempts.last?.reconciliation?.next == .done })
    }
}
