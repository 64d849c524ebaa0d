import AliyunProvider
import FileProvider
import Foundation
import GatewayConfiguration
import GatewayTestKit
import NotificationGateway

/// The kinds of this package behind a transport that answers nothing.
enum Support {
    static let kinds: [ProviderKind] = [
        AliyunKind.dysms { _ in ScriptedTransport([]) }, FileKind.file, FileKind.log,
    ]

    static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures")
    static let project = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let secrets = [
        "KEY_ID": "id", "KEY_SECRET": "s3cret-value", "EMPTY": "", "RECEIPT_TOKEN": "s3cret-token-of-receipts",
        "HOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ]

    static func load(
        _ yaml: String, mode: GatewaySettings.Mode? = nil, environment: [String: String] = secrets
    ) -> LoadedConfiguration {
        ConfigurationLoader(kinds: kinds, environment: environment).load(yaml: yaml, named: "F", mode: mode)
    }

    /// A whole file in few lines, for tests that change one thing in it.
    static let good = """
        version: 1
        mode: live
        default_country: CN
        default_locale: zh-CN
        providers:
          aliyun:
            type: aliyun-dysms
            access_key_id: ${env:KEY_ID}
            access_key_secret: ${env:KEY_SECRET}
            sign_name: 云通信
            rate_limit: 300/s
          journal: { type: file, path: notifications.jsonl }
        templates:
          login-code:
            category: verification
            parameters: { code: { required: true, pattern: "[0-9]{4,8}" }, product: { default: 云通信, max_length: 20 } }
            text: { zh-CN: "您的验证码是${code}", en: "Your code is ${code}" }
            bindings:
              aliyun:
                - { country: CN, template_code: SMS_0000, parameters: { code: verify, product: ~ } }
                - { template_code: SMS_1000, sign_name: CloudTel, constants: { region: abroad } }
        routes:
          - name: codes to mainland China
            match: { channel: sms, category: verification, country: [CN] }
            providers: [aliyun, journal]
            deadline: 15s
            retries: 1
            duplicates: tolerate
            policy: { throttled: next, timed-out: { unknown: stop } }
          - name: shared
            match: { tag: [a, b], prefix: [+4477, "1"] }
            providers: [{ aliyun: 3 }, { provider: journal, weight: 2 }]
            strategy: weighted
          - providers: { aliyun: 1, journal: 1 }
            strategy: round-robin
        """
}
