import GatewayTestKit
import NotificationGateway
import Synchronization
import Testing

@Suite("The permit of a send")
struct SendPermitTests {
    /// The delivery by two providers, of which the first fails and takes the permit with it.
    private static func delivery(
        _ acceptance: Acceptance
    ) async throws -> (delivery: Delivery, providers: [RecordingProvider]) {
        let isValid = Mutex(true)
        let first = RecordingProvider { _, _ in
            isValid.withLock { $0 = false }
            return failure(.vendorError, acceptance)
        }
        let fixture = try GatewayFixture([first, RecordingProvider()], retries: 0)
        let delivery = await SendPermit.$current.withValue(SendPermit { isValid.withLock { $0 } }) {
            await fixture.send()
        }
        return (delivery, fixture.providers)
    }

    @Test("is asked before each request: none is made without it")
    func refused() async throws {
        let (delivery, providers) = try await Self.delivery(.rejected)
        #expect(providers.map(\.requests.count) == [1, 0])
        #expect(delivery.outcome == .rejected && delivery.recipients.first?.error?.reason == .cancelled)
    }

    @Test("does not make surely refused what a request before may have brought")
    func uncertain() async throws {
        let (delivery, providers) = try await Self.delivery(.unknown)
        #expect(providers.map(\.requests.count) == [1, 0])
        #expect(delivery.outcome == .uncertain)
    }

    @Test("holds for a message with an id, which is sent in a task of its own")
    func messageID() async throws {
        let fixture = try GatewayFixture([RecordingProvider()])
        let message = Message(
            id: "m", to: ["13800138000"], content: .text("hello"), category: .notification)
        let delivery = await SendPermit.$current.withValue(SendPermit { false }) { await fixture.gateway.send(message) }
        #expect(delivery.outcome == .rejected && fixture.providers[0].requests.isEmpty)
    }
}
