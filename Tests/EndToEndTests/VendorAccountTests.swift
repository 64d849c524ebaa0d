import Foundation
import GatewayConfiguration
import NotificationGateway
import Testing
import VendorSandbox

/// One account at a sandbox, for what hangs on the key and the clock.
@Suite("An account at the vendor")
struct VendorAccountTests {
    private static func send(
        to sandbox: VendorSandbox, key: String = "access_key_id: sandbox-key-id, access_key_secret: sandbox-key-secret",
        signature: String = "v3"
    ) async throws -> Delivery {
        let loader = ConfigurationLoader(kinds: World.kinds, environment: [:])
        let loaded = loader.load(
            yaml: """
                default_country: CN
                providers:
                  aliyun:
                    { type: aliyun-dysms, endpoint: "\(sandbox.endpoint)", sign_name: 云通信, signature: \(signature),
                      timeout: 5m, connect_timeout: 5m, \(key) }
                templates:
                  login-code: { category: verification, parameters: { code: }, bindings: { aliyun: { template_code: SMS_0000 } } }
                routes: [{ providers: [aliyun], retries: 0, deadline: 10m }]
                """, named: "providers.yaml", mode: .live)
        #expect(loaded.diagnostics.filter { $0.severity == .error } == [])
        let gateway = try Gateway(try #require(loaded.settings))
        let delivery = await gateway.send(
            Message(to: ["13800138000"], template: "login-code", parameters: ["code": "271828"]))
        await gateway.shutdown()
        return delivery
    }

    private static let temporary = "access_key_id: sandbox-sts-id, access_key_secret: sandbox-sts-secret"

    @Test("a temporary key is taken with its token", arguments: ["v1", "v3"])
    func temporaryKey(signature: String) async throws {
        let sandbox = try await VendorSandbox.start()
        let key = Self.temporary + ", security_token: sandbox-sts-token"
        #expect(try await Self.send(to: sandbox, key: key, signature: signature).outcome == .accepted)
        #expect(await sandbox.inbox().first?.access_key_id == "sandbox-sts-id")
        await sandbox.stop()
    }

    @Test(
        "a temporary key without its token, or with another, is refused",
        arguments: ["v1", "v3"],
        [
            ("", "MissingSecurityToken"),
            (", security_token: another", "InvalidSecurityToken.MismatchWithAccessKey"),
        ])
    func wrongToken(signature: String, token: (option: String, code: String)) async throws {
        let sandbox = try await VendorSandbox.start()
        let delivery = try await Self.send(to: sandbox, key: Self.temporary + token.option, signature: signature)
        #expect(delivery.outcome == .rejected)
        #expect(delivery.attempts.first?.error?.vendorCode?.rawValue == token.code)
        #expect(await sandbox.inbox().isEmpty)
        await sandbox.stop()
    }

    @Test("a local clock that is an hour off costs one refusal and no message", arguments: ["v1", "v3"])
    func clock(signature: String) async throws {
        let sandbox = try await VendorSandbox.start(
            SandboxConfiguration(now: { Date().addingTimeInterval(-3_600) }))
        let delivery = try await Self.send(to: sandbox, signature: signature)
        #expect(delivery.outcome == .accepted && delivery.attempts.count == 1)
        #expect(await sandbox.requests().map(\.answer) == ["InvalidTimeStamp.Expired", "OK"])
        #expect(await sandbox.inbox().count == 1)
        await sandbox.stop()
    }

    @Test("a connection that ends before the request is read leaves the outcome unknown", arguments: ["v1", "v3"])
    func closedBeforeReading(signature: String) async throws {
        let sandbox = try await VendorSandbox.start()
        await sandbox.script(
            try ScriptRule.parse(
                Data(#"[{"match":{"action":"SendSms"},"times":1,"answer":{"close":"before-reading"}}]"#.utf8)))
        let attempt = try #require(try await Self.send(to: sandbox, signature: signature).attempts.first)
        #expect(attempt.error?.reason == .connectionLost && attempt.acceptance == .unknown)
        #expect(await sandbox.requests().first?.answer == "closed before-reading")
        #expect(await sandbox.inbox().isEmpty)
        await sandbox.stop()
    }
}
