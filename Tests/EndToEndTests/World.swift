import AliyunProvider
import CurlTransport
import FileProvider
import GatewayConfiguration
import HTTPTransport
import NotificationGateway
import ProcessSupport
import Testing
import VendorSandbox

/// A gateway made from a configuration file, with two accounts at a sandbox behind real sockets.
///
/// Its limits are those of a busy machine: only tests about limits set shorter ones.
struct World {
    let sandbox: VendorSandbox
    let gateway: Gateway
    let folder: TemporaryFolder

    /// Makes the transport of a provider.
    typealias Transports = @Sendable (HTTPTransportSettings) -> any HTTPTransport

    static let kinds = kinds { CurlTransport($0) }

    private static func kinds(_ transport: @escaping Transports) -> [ProviderKind] {
        [AliyunKind.dysms(transport: transport), FileKind.file, FileKind.log]
    }

    /// - Parameter options: The first provider's, over those that both have; `nil` takes one away.
    static func make(
        signature: String = "v3", options: [String: String?] = [:], providers: String = "[primary, backup]",
        route: String = "", secret: String = "sandbox-key-secret", endpoint: String? = nil,
        sandbox given: VendorSandbox? = nil, transport: @escaping Transports = { CurlTransport($0) }
    ) async throws -> World {
        let sandbox: VendorSandbox
        if let given { sandbox = given } else { sandbox = try await VendorSandbox.start() }
        let folder = try TemporaryFolder()
        let path = try folder.write(
            file(
                endpoint: endpoint ?? sandbox.endpoint, backup: sandbox.endpoint, signature: signature,
                options: limits.merging(options) { $1 }, providers: providers, route: route),
            to: "providers.yaml")
        let loader = ConfigurationLoader(kinds: kinds(transport), environment: ["SECRET": secret])
        let loaded = loader.load(path: path)
        #expect(loaded.diagnostics.filter { $0.severity == .error } == [])
        return World(sandbox: sandbox, gateway: try Gateway(try #require(loaded.settings)), folder: folder)
    }

    /// Deadlines and time-outs are long, so that a busy machine changes no outcome; a test that needs an end names its own.
    private static let limits: [String: String?] = ["settling_time": "1s", "timeout": "5m", "connect_timeout": "5m"]

    private static func lines(_ options: [String: String?]) -> String {
        options.compactMap { key, value in value.map { "\(key): \($0)" } }.joined(separator: "\n    ")
    }

    private static func file(
        endpoint: String, backup: String, signature: String, options: [String: String?], providers: String,
        route: String
    ) -> String {
        """
        version: 1
        mode: live
        default_country: CN
        providers:
          primary:
            type: aliyun-dysms
            endpoint: \(endpoint)
            access_key_id: sandbox-key-id
            access_key_secret: ${env:SECRET}
            sign_name: 云通信
            signature: \(signature)
            \(lines(options))
          backup:
            type: aliyun-dysms
            endpoint: \(backup)
            access_key_id: sandbox-backup-id
            access_key_secret: "${env:BACKUP:-sandbox-backup-secret}"
            sign_name: 云通信
            \(lines(limits))
          journal: { type: file, path: journal.jsonl, reveal: true }
        templates:
          login-code:
            category: verification
            parameters: { code: { pattern: "[0-9]{4,8}" } }
            text: "您的验证码是${code}"
            bindings:
              primary: [{ country: CN, template_code: SMS_0000 }, { template_code: SMS_1000 }]
              backup: [{ country: CN, template_code: SMS_0000 }, { template_code: SMS_1000 }]
          shipped:
            category: notification
            parameters: { text: }
            text: "${text}"
            bindings:
              primary: { template_code: SMS_2000 }
              backup: { template_code: SMS_2000 }
          delayed:
            category: notification
            parameters: { text: }
            bindings:
              primary: { template_code: SMS_2001 }
              backup: { template_code: SMS_2001 }
        routes:
          - name: all
            providers: \(providers)
            deadline: 10m
            \(route)
        """
    }

    /// Sends a code to a number.
    func code(to number: Address = "13800138000", deadline: Duration? = nil) async -> Delivery {
        await gateway.send(
            Message(to: [number], template: "login-code", parameters: ["code": "271828"], deadline: deadline))
    }

    /// Sends news to numbers.
    func news(
        to numbers: [Address] = ["13800138000"], _ text: String = "in the post", deadline: Duration? = nil
    ) async -> Delivery {
        await gateway.send(Message(to: numbers, template: "shipped", parameters: ["text": text], deadline: deadline))
    }

    /// Sends with the shortest of some deadlines within which a busy machine comes as far as wanted; the last delivery is
    /// returned as it is.
    func delivery(
        within deadlines: [Duration], wanted: (Delivery) -> Bool, _ send: (Duration) async -> Delivery
    ) async throws -> Delivery {
        var last: Delivery?
        for deadline in deadlines where last.map(wanted) != true { last = await send(deadline) }
        return try #require(last)
    }

    /// What the next requests get instead of an ordinary answer.
    func script(
        phone: String? = nil, account: String? = nil, template: String? = nil, times: Int? = nil,
        _ change: (inout ScriptRule.Answer) -> Void
    ) async {
        var answer = ScriptRule.Answer()
        change(&answer)
        var rule = ScriptRule(answer)
        (rule.action, rule.phone, rule.accessKeyID, rule.templateCode) = ("SendSms", phone, account, template)
        rule.times = times
        await sandbox.script([rule])
    }

    func close() async {
        await gateway.shutdown()
        await sandbox.stop()
    }
}

extension Delivery {
    /// The trail in short: `primary throttled rejected retry`.
    var trail: [String] {
        attempts.map {
            "\($0.provider) \($0.error?.reason.rawValue ?? "ok") \($0.acceptance.rawValue) \($0.next.rawValue)"
        }
    }
}
