import GatewayTestKit
import NotificationGateway
import Testing

@Suite("A call with a hundred thousand recipients")
struct LargeBatchTests {
    private static let numbers = (0..<100_000).map { Address.text("+86138\(10_000_000 + $0)") }

    @Test("is split by what the vendor takes, a bounded number of requests at a time, with outcomes in the order given")
    func split() async throws {
        let flight = Flight()
        let bad = "+8613810077777"
        let vendor = RecordingProvider { request, _ in
            flight.begin()
            await Task.yield()
            flight.end()
            return request.recipients.contains { $0.address == bad } ? failure(.invalidRecipient) : .accept
        }
        let fixture = try GatewayFixture([vendor], category: .notification)
        let delivery = await fixture.send(Self.numbers)
        #expect(delivery.recipients.count == 100_000)
        #expect(zip(delivery.recipients, Self.numbers).allSatisfy { $0.given == $1 })
        #expect(delivery.recipients.filter { $0.outcome != .accepted }.map(\.address) == [bad])
        // A hundred requests, and those that find the bad number among its thousand.
        #expect((100...121).contains(vendor.requests.count))
        #expect(flight.most <= 64)
        let sent = vendor.requests.filter { !$0.recipients.contains { $0.address == bad } }.flatMap(\.recipients)
        #expect(sent.count == 99_999 && Set(sent).count == 99_999)
    }
}
