import GatewayTestKit
import HTTPProviderSupport
import HTTPTransport
import NotificationGateway
import ProcessSupport
import Synchronization
import Testing

@testable import AliyunProvider

/// The options of `type: aliyun-dysms`.
struct AliyunKindTests {
    private static let good = OptionValues([
        "access_key_id": .string(DysmsBench.keyID), "access_key_secret": .secret(Secret(DysmsBench.secret)),
    ])

    private static func make(
        _ change: (inout OptionValues) -> Void = { _ in }
    ) throws -> (provider: DysmsProvider, transport: HTTPTransportSettings) {
        var values = good
        change(&values)
        let asked = Mutex<HTTPTransportSettings?>(nil)
        let kind = AliyunKind.dysms { settings in
            asked.withLock { $0 = settings }
            return ScriptedTransport([.accepted])
        }
        let provider = try kind.make(
            values, ProviderContext(name: "aliyun", clock: ManualClock(), random: SeededRandom()))
        return (try #require(provider as? DysmsProvider), try #require(asked.withLock { $0 }))
    }

    @Test("key and secret are enough: the rest has defaults")
    func defaults() throws {
        let (provider, transport) = try Self.make()
        let settings = provider.client.settings
        #expect(settings.endpoint.origin == "https://dysmsapi.aliyuncs.com")
        #expect(settings.region == "cn-hangzhou" && settings.signature == .v3 && settings.signName == nil)
        #expect(settings.internationalPrefix == "00" && settings.settlingTime == nil)
        #expect(settings.accessKey.securityToken == nil)
        #expect(transport == HTTPTransportSettings(connectTimeout: .seconds(5), requestTimeout: .seconds(10)))
    }

    @Test("every option reaches the place where it counts")
    func everyOption() throws {
        let folder = try TemporaryFolder()
        let certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
        let file = try folder.write(certificate, to: "ca.pem")
        let (provider, transport) = try Self.make {
            $0["security_token"] = .secret(Secret(DysmsBench.token))
            $0["sign_name"] = .string("云通信")
            $0["region"] = .string("ap-southeast-1")
            $0["endpoint"] = .string("http://127.0.0.1:8080")
            $0["signature"] = .string("v1")
            $0["international_prefix"] = .string("")
            $0["settling_time"] = .duration(.seconds(90))
            $0["timeout"] = .duration(.seconds(3))
            $0["connect_timeout"] = .duration(.seconds(1))
            $0["max_connections"] = .integer(7)
            $0["ca_file"] = .string(file)
            $0["proxy"] = .string("http://proxy:3128")
            $0["allow_plain_http"] = .boolean(true)
        }
        let settings = provider.client.settings
        #expect(settings.accessKey.securityToken == Secret(DysmsBench.token))
        #expect(settings.endpoint.origin == "http://127.0.0.1:8080" && settings.region == "ap-southeast-1")
        #expect(settings.signature == .v1 && settings.signName == "云通信" && settings.internationalPrefix.isEmpty)
        #expect(provider.statusLookup?.settlingTime == .seconds(90))
        #expect(
            transport
                == HTTPTransportSettings(
                    connectTimeout: .seconds(1), requestTimeout: .seconds(3), maxConnectionsPerHost: 7,
                    caFile: file, proxy: "http://proxy:3128", allowPlainHTTP: true))
    }

    @Test(
        "the region decides the endpoint, and an endpoint of one's own goes before it",
        arguments: [
            ("cn-hangzhou", nil, "dysmsapi.aliyuncs.com"), ("cn-shenzhen-finance-1", nil, "dysmsapi.aliyuncs.com"),
            ("cn-beijing", nil, "dysmsapi.aliyuncs.com"),
            ("cn-hongkong", nil, "dysmsapi-xman.cn-hongkong.aliyuncs.com"),
            ("ap-southeast-1", nil, "dysmsapi.ap-southeast-1.aliyuncs.com"),
            ("ap-southeast-5", nil, "dysmsapi.ap-southeast-5.aliyuncs.com"),
            ("us-east-1", nil, "dysmsapi.us-east-1.aliyuncs.com"),
            ("eu-central-1", nil, "dysmsapi.eu-central-1.aliyuncs.com"),
            ("me-east-1", nil, "dysmsapi.ap-southeast-1.aliyuncs.com"),
            ("us-east-1", "dysmsapi-vpc.cn-hangzhou.aliyuncs.com", "dysmsapi-vpc.cn-hangzhou.aliyuncs.com"),
            ("cn-hangzhou", "https://sms.example.com:8443/", "sms.example.com:8443"),
        ])
    func endpoints(region: String, endpoint: String?, expected: String) throws {
        let provider = try Self.make {
            $0["region"] = .string(region)
            $0["endpoint"] = endpoint.map(OptionValue.string)
        }.provider
        #expect(provider.client.settings.endpoint.origin == "https://" + expected)
    }

    @Test(
        "an option that fits its type and still cannot be used is refused by name",
        arguments: [
            ("endpoint", OptionValue.string("https://host/path")), ("endpoint", .string("ftp://host")),
            ("endpoint", .string("")), ("endpoint", .string("user@host")), ("endpoint", .string("host:0")),
            ("endpoint", .string("ho st")),
            ("endpoint", .string("host\r\nX: y")), ("endpoint", .string("http://dysmsapi.aliyuncs.com")),
            ("international_prefix", .string("011")), ("international_prefix", .string("0")),
            ("access_key_id", .string("LTAI\r\nX-Evil: 1")), ("access_key_id", .string("LTAI\n")),
            ("access_key_id", .string("")), ("access_key_id", .string("LT AI")), ("access_key_id", .string("密钥")),
            ("access_key_secret", .secret(Secret(""))), ("access_key_secret", .secret(Secret("secret-4711\n"))),
            ("security_token", .secret(Secret("token-4711\r\nX-Evil: 1"))),
            ("security_token", .secret(Secret("token-4711\n"))), ("region", .string("")),
            ("region", .string("cn hangzhou")), ("region", .string("CN-HANGZHOU")),
            ("region", .string("cn-hangzhou\n")),
            ("ca_file", .string("/no/such/ca.pem")), ("ca_file", .string("/dev/null")),
            ("signature", .string("v2")), ("timeout", .duration(.zero)), ("connect_timeout", .duration(.seconds(-1))),
        ])
    func refusedOptions(name: String, value: OptionValue) throws {
        let error = try #require(throws: InvalidOptions.self) { try Self.make { $0[name] = value } }
        #expect(error.faults.map(\.name) == [name])
        #expect(error.faults.allSatisfy { !$0.message.isEmpty } && !error.description.contains("4711"))
    }

    @Test("all options that are wrong are named at once")
    func everyFault() throws {
        let error = try #require(throws: InvalidOptions.self) {
            try Self.make {
                $0["access_key_id"] = .string("")
                $0["region"] = .string("CN")
                $0["endpoint"] = .string("")
                $0["timeout"] = .duration(.zero)
                $0["connect_timeout"] = .duration(.zero)
            }
        }
        let names = ["access_key_id", "region", "endpoint", "connect_timeout", "timeout"]
        #expect(error.faults.map(\.name) == names)
    }

    @Test("plain http goes to this machine, and to others only when that is allowed")
    func plainHTTP() throws {
        for local in ["http://127.0.0.1:9", "http://localhost", "http://[::1]:8080"] {
            #expect(
                try Self.make { $0["endpoint"] = .string(local) }.provider.client.settings.endpoint.isSecure == false)
        }
        let provider = try Self.make {
            $0["endpoint"] = .string("http://10.0.0.7:8080")
            $0["allow_plain_http"] = .boolean(true)
        }.provider
        #expect(provider.client.settings.endpoint.origin == "http://10.0.0.7:8080")
    }

    @Test("a missing key is refused by name")
    func missingOptions() throws {
        for name in ["access_key_id", "access_key_secret"] {
            let error = try #require(throws: InvalidOptions.self) { try Self.make { $0[name] = nil } }
            #expect(error.faults.map(\.name) == [name])
        }
    }

    @Test("a transport that cannot be made is an error of the configuration, not of the program")
    func noTransport() throws {
        struct NoMemory: Error {}
        let kind = AliyunKind.dysms { _ in throw NoMemory() }
        let error = try #require(throws: InvalidOptions.self) {
            try kind.make(Self.good, ProviderContext(name: "aliyun"))
        }
        #expect(error.description.contains("NoMemory"))
    }

    @Test("the schema names each option once, with help, and only secrets are secret")
    func schema() {
        let kind = AliyunKind.dysms { _ in ScriptedTransport([]) }
        for schema in [kind.options, kind.binding] {
            #expect(Set(schema.fields.map(\.name)).count == schema.fields.count)
            #expect(schema.fields.allSatisfy { $0.help.hasSuffix(".") && $0.help.count > 10 })
        }
        let secrets = kind.options.fields.filter { $0.type == .secret }.map(\.name)
        #expect(secrets == ["access_key_secret", "security_token"])
        #expect(kind.options.fields.filter(\.isRequired).map(\.name) == ["access_key_id", "access_key_secret"])
        #expect(kind.binding.fields.filter(\.isRequired).map(\.name) == ["template_code"])
        #expect(kind.capabilities == DysmsProvider.capabilities && kind.capabilities.maxRecipients == 1_000)
    }
}
