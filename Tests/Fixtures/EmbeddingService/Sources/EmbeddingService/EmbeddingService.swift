import AliyunProvider
import CurlTransport
import FileProvider
import GatewayConfiguration
import NotificationGateway

/// A service that embeds the whole gateway and no server.
@main
struct EmbeddingService {
    static func main() async throws {
        let kinds: [ProviderKind] = [AliyunKind.dysms { CurlTransport($0) }, FileKind.file, FileKind.log]
        let loaded = ConfigurationLoader(kinds: kinds).load(
            yaml: """
                mode: dry-run
                providers:
                  aliyun: { type: aliyun-dysms, access_key_id: id, access_key_secret: "${env:SECRET}", sign_name: 云通信 }
                templates:
                  login-code: { category: verification, parameters: { code: }, bindings: { aliyun: { template_code: SMS_0 } } }
                routes:
                  - providers: aliyun
                """)
        guard let settings = loaded.settings else { return print(loaded.diagnostics) }
        let gateway = try Gateway(settings)
        let message = Message(to: ["+8613800138000"], template: "login-code", parameters: ["code": "271828"])
        print(await gateway.send(message).outcome.rawValue)
        await gateway.shutdown()
    }
}
