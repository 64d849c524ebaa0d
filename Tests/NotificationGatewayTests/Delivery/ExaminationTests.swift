import GatewayTestKit
import NotificationGateway
import Testing

@Suite("An examination")
struct ExaminationTests {
    private let fixture: GatewayFixture

    init() throws { fixture = try GatewayFixture([RecordingProvider()]) }

    private func faults(_ message: Message) -> [Examination.Fault.Part] {
        fixture.gateway.examine(message).faults.map(\.part)
    }

    @Test("finds nothing wrong with a message that can be sent, and says its category and route")
    func right() {
        let examination = fixture.gateway.examine(fixture.message())
        #expect(examination.faults.isEmpty && examination.category == .verification && examination.routes == ["all"])
        #expect(fixture.providers[0].requests.isEmpty)
    }

    @Test("names the part that is wrong")
    func parts() {
        var message = fixture.message()
        message.id = ""
        #expect(faults(message) == [.id])
        message.id = "m"
        message.expires = WallTime(secondsSinceEpoch: 0)
        #expect(faults(message) == [.expires])
        message.expires = nil
        message.content = .template("other", parameters: [:])
        #expect(faults(message) == [.template])
        message.content = .template("login-code", parameters: [:])
        #expect(faults(message) == [.parameters])
        message.content = .template("login-code", parameters: ["code": "x"])
        #expect(faults(message) == [.parameters])
        message.content = .text("")
        #expect(faults(message) == [.text])
        message.recipients = []
        #expect(faults(message) == [.recipients])
    }

    @Test("names each recipient that cannot be reached")
    func recipients() {
        let message = fixture.message(["13800138000", "12", "13800138001", "x"])
        #expect(faults(message) == [.recipient(1), .recipient(3)])
        #expect(faults(fixture.message(["12"])) == [.recipient(0)])
    }

    @Test("finds a value for nobody")
    func individual() {
        var message = fixture.message()
        message.individualParameters = ["13900139000": ["code": "1234"]]
        #expect(faults(message) == [.parameters])
        message.individualParameters = ["13800138000": ["code": "12"]]
        #expect(faults(message) == [.parameters])
    }
}
