import AliyunProvider
import CurlTransport
import FileProvider
import GatewayConfiguration
import NotificationGateway

/// The kinds that the documents speak of, without a network behind them.
enum Catalogue {
    static let kinds: [ProviderKind] = [AliyunKind.dysms { CurlTransport($0) }, FileKind.file, FileKind.log]

    static let loader = ConfigurationLoader(
        kinds: kinds,
        environment: [
            "ALIYUN_ACCESS_KEY_ID": "id", "ALIYUN_ACCESS_KEY_SECRET": "secret",
            "SANDBOX_ENDPOINT": "http://127.0.0.1:1", "ALIYUN_RECEIPT_TOKEN": "0123456789abcdef0123456789abcdef",
            "SHOP_SECRET": "0123456789abcdef0123456789abcdef",
        ])
}
