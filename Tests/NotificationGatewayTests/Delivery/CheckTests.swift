import GatewayTestKit
import NotificationGateway
import Testing

@Suite("The check of a message")
struct CheckTests {
    private let fixture: GatewayFixture

    init() throws { fixture = try GatewayFixture([RecordingProvider()]) }

    @Test("finds nothing wrong with a good message, and asks no provider")
    func good() {
        #expect(fixture.gateway.check(fixture.message(["13800138000", "+85251234567"])).isEmpty)
        #expect(fixture.providers[0].requests.isEmpty)
    }

    @Test("names what keeps a message from a recipient, for each whom it concerns")
    func faults() {
        func reasons(_ message: Message) -> [Reason?] { fixture.gateway.check(message).map(\.error?.reason) }
        #expect(reasons(fixture.message(["13800138000", "1"])) == [.invalidRecipient])
        var message = fixture.message(["13800138000", "13900139000"])
        message.content = .template("login-code", parameters: [:])
        #expect(reasons(message) == [.missingParameter, .missingParameter])
        message.content = .template("login-code", parameters: ["code": "1"])
        #expect(reasons(message) == [.invalidContent, .invalidContent])
        message.content = .template("nonsense", parameters: [:])
        #expect(reasons(message) == [.invalidRequest, .invalidRequest])
        message = fixture.message()
        message.expires = WallTime(secondsSinceEpoch: 1)
        #expect(reasons(message) == [.deadlineExceeded])
    }
}
