import GatewayTestKit
import NotificationGateway
import Testing

@Suite("A message's id")
struct MessageIDTests {
    @Test(
        "with a control character is refused before any vendor is asked",
        arguments: ["id\nx", "id\r\nx", "\tid", "id\u{0}", "\u{1B}[31m", "id\u{7F}", "id\u{85}x", "\u{9B}31m"])
    func controlCharacters(_ id: MessageID) async throws {
        let fixture = try GatewayFixture([RecordingProvider()])
        let delivery = await fixture.send(id: id)
        let error = try #require(delivery.recipients.first?.error)
        #expect(error.reason == .invalidRequest && error.acceptance == .rejected)
        #expect(error.message.contains("control characters"))
        #expect(fixture.providers[0].requests.isEmpty)
    }

    @Test("of other characters reaches the vendor as it is", arguments: ["order 7", "订单-7", "a/b?c=d&e", "\u{A0}é"])
    func others(_ id: MessageID) async throws {
        let fixture = try GatewayFixture([RecordingProvider()])
        #expect(await fixture.send(id: id).outcome == .accepted)
        #expect(fixture.providers[0].requests.first?.messageID == id)
    }
}
