import FileProvider
import Foundation
import GatewayTestKit
import NotificationGateway
import ProcessSupport
import Testing

@Suite("A record in the file")
struct RecordTests {
    private let folder: TemporaryFolder
    private let clock = ManualClock()

    init() throws { folder = try TemporaryFolder() }

    private func lines(_ request: ProviderRequest, reveals: Bool = false) async throws -> String {
        let provider = provider(FileSettings(path: folder.file(), flush: .never, reveals: reveals), clock: clock)
        let receipt = try await provider.send(request)
        #expect(receipt.vendorMessageID == request.reference)
        await provider.shutdown()
        return try read(folder.file())
    }

    @Test("is one JSON object on one line, masked")
    func masked() async throws {
        #expect(
            try await lines(request(deadline: clock.now + .seconds(15))) == """
                {"time":"2026-01-02T03:04:05.000Z","message_id":"m1","reference":"m1-1","attempt":1,\
                "provider":"journal","channel":"sms","category":"verification","recipients":["+86138****8000"],\
                "template":"login-code","locale":"zh-cn","parameters":{"code":"***"},"text":"***"}

                """)
    }

    @Test("shows address, values and text when it is asked to reveal them")
    func revealed() async throws {
        #expect(
            try await lines(request(deadline: clock.now + .seconds(15)), reveals: true) == """
                {"time":"2026-01-02T03:04:05.000Z","message_id":"m1","reference":"m1-1","attempt":1,\
                "provider":"journal","channel":"sms","category":"verification","recipients":["+8613800138000"],\
                "template":"login-code","locale":"zh-cn","parameters":{"code":"271828"},"text":"您的验证码是271828"}

                """)
    }

    @Test("survives every character, on one line for every reader")
    func everyCharacter() async throws {
        var text = "\u{1F44B}🏽 \"quoted\" \\ / \u{2028}\u{2029}\u{85}\u{202E}gnirts\u{0}"
        for value in 0..<0x180 as Range<UInt32> { text.unicodeScalars.append(Unicode.Scalar(value) ?? "?") }
        let written = try await lines(
            request(code: text, text: text, deadline: clock.now + .seconds(15)), reveals: true)
        #expect(written.unicodeScalars.filter { $0.properties.generalCategory == .control }.count == 1)
        #expect(!written.unicodeScalars.contains { [0x2028, 0x2029, 0x202E].contains($0.value) })
        let record = try #require(try records(folder.file()).first)
        #expect(record["text"] as? String == text)
        #expect((record["parameters"] as? [String: any Sendable])?["code"] as? String == text)
    }

    @Test("says only what the message has")
    func textAlone() async throws {
        var request = try request(deadline: clock.now + .seconds(15))
        request.content = ProviderContent(text: "hello")
        _ = try await lines(request)
        let record = try #require(try records(folder.file()).first)
        #expect(record["template"] == nil && record["parameters"] == nil && record["locale"] == nil)
    }

    @Test("is shown by the preview just as it is written, without touching the disk")
    func preview() async throws {
        let request = try request(deadline: clock.now + .seconds(15))
        let provider = provider(FileSettings(path: folder.file()), clock: clock)
        let preview = try provider.preview(request)
        #expect(!FileManager.default.fileExists(atPath: folder.file()))
        #expect(preview.destination == "append \(folder.file())")
        _ = try await provider.send(request)
        await provider.shutdown()
        let record = try #require(try records(folder.file()).first)
        #expect(Set(preview.fields.map(\.name)) == Set(record.keys))
        for field in preview.fields {
            if let text = record[field.name] as? String { #expect(field.value == text) }
        }
        #expect(preview.fields.first { $0.name == "recipients" }?.value == #"["+86138****8000"]"#)
    }

    @Test("is readable for its owner alone")
    func permissions() async throws {
        _ = try await lines(request(deadline: clock.now + .seconds(15)))
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.file())
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
    }

    @Test("is refused before any file is touched when it has too many recipients or none")
    func recipientLimits() async throws {
        let provider = provider(FileSettings(path: folder.file()))
        let many = try (0...1_000).map { try phone("+8613800\(100_000 + $0)") }
        #expect(await failure(of: provider, try request(to: many))?.reason == .unsupported)
        #expect(await failure(of: provider, try request(to: []))?.reason == .invalidRequest)
        #expect(!FileManager.default.fileExists(atPath: folder.file()))
        _ = try await provider.send(try request(to: Array(many.dropLast())))
        await provider.shutdown()
        #expect((try records(folder.file()).first?["recipients"] as? [any Sendable])?.count == 1_000)
    }
}
