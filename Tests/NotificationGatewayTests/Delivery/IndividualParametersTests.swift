import GatewayTestKit
import NotificationGateway
import Testing

@Suite("A message with parameters for single recipients")
struct IndividualParametersTests {
    private static let numbers = (0..<250).map { Address.text("138\(10_000_000 + $0)") }

    private static let batching = Capabilities(
        channels: [.sms], content: [.text], maxRecipients: 1_000, maxIndividualRecipients: 100)

    private static func message(_ numbers: [Address] = numbers, id: MessageID? = "m1") -> Message {
        Message(
            id: id, to: numbers, template: "login-code", parameters: ["code": "0000"],
            individualParameters: Dictionary(
                uniqueKeysWithValues: numbers.enumerated().dropFirst().map { ($1, ["code": "\(1_000 + $0)"]) }))
    }

    /// The text that each number was sent.
    private static func texts(_ vendor: RecordingProvider) -> [String: String?] {
        var texts: [String: String?] = [:]
        for request in vendor.requests {
            for (index, recipient) in request.recipients.enumerated() {
                let contents = request.individualContents
                texts[recipient.address] = contents.isEmpty ? request.content.text : contents[index].text
            }
        }
        return texts
    }

    private static let expected = Dictionary(
        uniqueKeysWithValues: (0..<250).map {
            ("+86138\(10_000_000 + $0)", $0 == 0 ? "code 0000" : "code \(1_000 + $0)")
        })

    @Test("tells each its own, as many in a request as the vendor takes of that kind")
    func batched() async throws {
        let vendor = RecordingProvider(capabilities: Self.batching)
        let fixture = try GatewayFixture([vendor], category: .notification)
        let delivery = await fixture.gateway.send(Self.message())
        #expect(delivery.recipients.map(\.address) == Self.numbers.map { "+86\(Self.text($0))" })
        #expect(delivery.outcome == .accepted)
        #expect(vendor.requests.map(\.recipients.count).sorted() == [50, 100, 100])
        #expect(Self.texts(vendor) == Self.expected)
    }

    @Test("goes one by one to a vendor that has no such request, and as codes")
    func single() async throws {
        for (capabilities, category) in [
            (RecordingProvider.everything, NotificationGateway.Category.notification), (Self.batching, .verification),
        ] {
            let vendor = RecordingProvider(capabilities: capabilities)
            let fixture = try GatewayFixture([vendor], category: category)
            #expect(await fixture.gateway.send(Self.message()).outcome == .accepted)
            #expect(vendor.requests.count == 250 && vendor.requests.allSatisfy(\.individualContents.isEmpty))
            #expect(Self.texts(vendor) == Self.expected)
        }
    }

    @Test("keeps each value with its number when a batch is narrowed down, and with the next vendor")
    func narrowed() async throws {
        let bad = "+86138\(10_000_000 + 77)"
        let first = RecordingProvider(capabilities: Self.batching) { request, _ in
            if request.recipients.contains(where: { $0.address.hasSuffix("9") }), request.recipients.count == 1 {
                return failure(.insufficientBalance)
            }
            return request.recipients.contains { $0.address == bad || $0.address.hasSuffix("9") }
                ? failure(.invalidRecipient) : .accept
        }
        let second = RecordingProvider(capabilities: Self.batching)
        let fixture = try GatewayFixture([first, second], category: .notification, retries: 0)
        let delivery = await fixture.gateway.send(Self.message())
        #expect(delivery.recipients.filter { $0.outcome == .rejected }.map(\.address) == [bad])
        for vendor in fixture.providers {
            for (address, text) in Self.texts(vendor) { #expect(text == Self.expected[address]) }
        }
        #expect(!second.requests.isEmpty)
    }

    @Test("refuses whose own values are wrong, and tells the others")
    func ownFault() async throws {
        let vendor = RecordingProvider(capabilities: Self.batching)
        let fixture = try GatewayFixture([vendor], category: .notification)
        let message = Message(
            to: ["13800138000", "13800138001", "13800138002", "not a number"], template: "login-code",
            individualParameters: [
                "13800138000": ["code": "1234"], "13800138001": ["code": "letters"],
                "not a number": ["code": "1234"],
            ])
        let delivery = await fixture.gateway.send(message)
        #expect(delivery.recipients.map(\.outcome) == [.accepted, .rejected, .rejected, .rejected])
        #expect(
            delivery.recipients.map(\.error?.reason) == [nil, .invalidContent, .missingParameter, .invalidRecipient])
        #expect(Self.texts(vendor) == ["+8613800138000": "code 1234"])
    }

    @Test("is refused where it has values for nobody, or is finished text")
    func refused() async throws {
        let fixture = try GatewayFixture([RecordingProvider()])
        let stranger = Message(
            to: ["13800138000"], template: "login-code", parameters: ["code": "1234"],
            individualParameters: ["13800138001": ["code": "1234"]])
        #expect(await fixture.gateway.send(stranger).recipients.first?.error?.reason == .invalidRequest)
        let text = Message(
            to: ["13800138000"], content: .text("hello"), individualParameters: ["13800138000": ["code": "1234"]])
        #expect(await fixture.gateway.send(text).recipients.first?.error?.reason == .invalidRequest)
        #expect(fixture.providers[0].requests.isEmpty)
    }

    @Test("is shown request by request in a plan")
    func planned() throws {
        let vendor = RecordingProvider(capabilities: Self.batching)
        let fixture = try GatewayFixture([vendor], category: .notification, mode: .dryRun)
        #expect(fixture.gateway.plan(Self.message()).requests.map(\.recipients).sorted() == [50, 100, 100])
    }

    @Test("is the same message under its id only with the same values")
    func sameID() async throws {
        let vendor = RecordingProvider(capabilities: Self.batching)
        let fixture = try GatewayFixture([vendor], category: .notification, repeatWindow: .seconds(60))
        #expect(await fixture.gateway.send(Self.message()).outcome == .accepted)
        #expect(await fixture.gateway.send(Self.message()).outcome == .accepted)
        var other = Self.message()
        other.individualParameters[Self.numbers[7]] = ["code": "9999"]
        #expect(await fixture.gateway.send(other).recipients.first?.error?.reason == .invalidRequest)
        #expect(vendor.requests.count == 3)
    }

    private static func text(_ address: Address) -> String {
        if case .text(let text) = address { text } else { "" }
    }
}
