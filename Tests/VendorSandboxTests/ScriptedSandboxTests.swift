import Foundation
import Testing

@testable import VendorSandbox

/// A script against requests on real connections and in the sandbox's state.
@Suite("A scripted sandbox")
struct ScriptedSandboxTests {
    private static func rules(_ text: String) throws -> [ScriptRule] { try ScriptRule.parse(Data(text.utf8)) }

    /// A request of the older SDK, signed with nothing: scripts match before signatures are looked at.
    private static func request(_ parameters: [(String, String)]) -> ReceivedRequest {
        let form = parameters.map { "\(FormParameter.encode($0.0))=\(FormParameter.encode($0.1))" }.joined(
            separator: "&")
        return ReceivedRequest(
            method: "POST", target: "/", headers: [("content-type", "application/x-www-form-urlencoded")],
            body: Array(form.utf8))
    }

    private static func isClosed(_ verdict: Verdict) -> Bool { if case .close = verdict { true } else { false } }

    // MARK: Phones

    @Test(
        "matches a phone in any usual spelling",
        arguments: [
            "13800138002", "+8613800138002", "008613800138002", "8613800138002", "138 0013 8002", "138-0013-8002",
            "+86 (138) 0013-8002", "0086 138 0013 8002", "１３８００１３８００２", "＋８６　138‐0013‑8002", "138.0013.8002",
            "\u{202D}+86 138\u{A0}0013 8002\u{202C}",
        ])
    func phones(_ spelling: String) async throws {
        let state = SandboxState(SandboxConfiguration())
        let script = try JSONSerialization.data(
            withJSONObject: [["match": ["phone": spelling], "answer": ["close": "after-reading"]]])
        await state.script(try ScriptRule.parse(script))
        #expect(Self.isClosed(await state.handle(Self.request([("PhoneNumbers", "13900139000,13800138002")]))))
        #expect(Self.isClosed(await state.handle(Self.request([("PhoneNumberJson", #"["+8613800138002"]"#)]))))
        #expect(Self.isClosed(await state.handle(Self.request([("PhoneNumbers", "13800138003")]))) == false)
    }

    @Test(
        "matches a number abroad in any usual spelling",
        arguments: [("+44 (0)7700 900123", "00447700900123"), ("+1 (310) 555-1234", "0013105551234")])
    func phonesAbroad(_ spelling: String, _ sent: String) async throws {
        let state = SandboxState(SandboxConfiguration())
        await state.script(try Self.rules(#"[{"match":{"phone":"\#(spelling)"},"answer":{"close":"after-reading"}}]"#))
        #expect(Self.isClosed(await state.handle(Self.request([("PhoneNumbers", sent)]))))
        #expect(Self.isClosed(await state.handle(Self.request([("PhoneNumbers", "13105551234")]))) == false)
    }

    // MARK: Closing

    private static let head = """
        POST /?Action=SendSms&AccessKeyId=sandbox-key-id HTTP/1.1\r
        host: localhost\r
        content-type: application/x-www-form-urlencoded\r
        content-length: 24\r
        \r

        """
    private static let body = "PhoneNumbers=13800138000"

    @Test(
        "before-reading ends the connection when the head has come, the body unsent",
        arguments: ["{}", #"{"action":"SendSms","access_key_id":"sandbox-key-id"}"#])
    func beforeReading(_ match: String) async throws {
        let sandbox = try await VendorSandbox.start()
        await sandbox.script(try Self.rules(#"[{"match":\#(match),"answer":{"close":"before-reading"}}]"#))
        #expect(await RawConnection.exchange(Self.head, port: sandbox.port) == "")
        let record = try #require(await sandbox.requests().first)
        #expect(record.answer == "closed before-reading" && record.body == "" && record.action == "SendSms")
        await sandbox.stop()
    }

    @Test("after-reading waits for the body")
    func afterReading() async throws {
        let sandbox = try await VendorSandbox.start()
        await sandbox.script(try Self.rules(#"[{"answer":{"close":"after-reading"}}]"#))
        #expect(await RawConnection.exchange(Self.head + Self.body, port: sandbox.port) == "")
        let record = try #require(await sandbox.requests().first)
        #expect(record.answer == "closed after-reading" && record.body == Self.body)
        await sandbox.stop()
    }

    @Test("before-reading does not see the body, does not shut out the script's own address, and counts")
    func beforeReadingLimits() async throws {
        let state = SandboxState(SandboxConfiguration())
        func ends(_ target: String) async -> Bool {
            await state.endsBeforeReading(ReceivedRequest(method: "POST", target: target, headers: [], body: []))
        }
        await state.script(
            try Self.rules(#"[{"match":{"phone":"13800138000"},"answer":{"close":"before-reading"}}]"#))
        #expect(await ends("/?Action=QuerySendDetails&PhoneNumber=13800138000"))
        #expect(Self.isClosed(await state.handle(Self.request([("PhoneNumbers", "13800138000")]))) == false)
        await state.script(try Self.rules(#"[{"after":1,"times":2,"answer":{"close":"before-reading"}}]"#))
        #expect(await ends("/script") == false)
        var endings: [Bool] = []
        for _ in 0..<5 { endings.append(await ends("/")) }
        #expect(endings == [false, true, true, false, false])
        await state.script(
            try Self.rules(
                #"[{"times":1,"answer":{"code":"isv.X"}},{"answer":{"close":"before-reading"}}]"#))
        #expect(await ends("/") == false, "the rule above decides")
        _ = await state.handle(Self.request([]))
        #expect(await ends("/"))
    }

    // MARK: Statuses

    @Test("a status beside the code OK is the answer's status, and the message is taken all the same")
    func statusBesideOK() async throws {
        let request = try #require(SDKRequest.all("aliyun-v1.json").first)
        let judge = request.judge
        let state = SandboxState(
            SandboxConfiguration(accounts: Array(judge.accounts.values), now: judge.now))
        await state.script(try Self.rules(#"[{"answer":{"code":"OK","http_status":500}}]"#))
        let verdict = await state.handle(request.received)
        guard case .reply(let reply, _) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(reply.status == 500)
        #expect(await state.requests.first?.answer == "OK")
    }
}
