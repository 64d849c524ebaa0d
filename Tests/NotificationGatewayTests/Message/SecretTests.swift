import NotificationGateway
import Testing

@Suite("A secret")
struct SecretTests {
    @Test("is never printed, dumped, mirrored or interpolated")
    func neverPrinted() {
        let secret = Secret("hunter2-hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        let shown = [
            "\(secret)", String(describing: secret), String(reflecting: secret), dumped,
            "\([secret])", "\(Optional(secret) as Any)", "\(OptionValue.secret(secret))",
            "\(OptionValues(["access_key_secret": .secret(secret)]))",
        ]
        for text in shown { #expect(!text.contains("hunter2")) }
        #expect(secret.reveal() == "hunter2-hunter2")
    }
}

@Suite("An address")
struct AddressTests {
    @Test(
        "of every kind is masked by default",
        arguments: [
            (Channel.email, "somebody@example.com", "s***@example.com"),
            (.webhook, "https://user:pw@example.com/hook/token-123?x=1", "https://example.com/***"),
            (.chat, "oc_1234567890", "oc***90"), (.push, "abc", "***"),
        ])
    func masked(_ channel: Channel, _ text: String, _ expected: String) throws {
        #expect("\(try Recipient(text, channel: channel))" == expected)
    }

    @Test(
        "that is none is refused without being repeated",
        arguments: [
            (Channel.email, "nobody"), (.email, "@x"), (.email, "a@"), (.email, "a b@c"), (.webhook, "ftp://x/secret"),
            (.chat, " "), (.push, "to\u{0}ken"), (.sms, "12"), (.sms, ""), (.voice, "secret"),
        ])
    func refused(_ channel: Channel, _ text: String) {
        #expect { try Recipient(text, channel: channel, defaultCountry: "CN") } throws: { error in
            text.trimmingPrefix(" ").isEmpty || !"\(error)".contains(text)
        }
    }
}
