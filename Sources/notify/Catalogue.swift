import AliyunProvider
import CurlTransport
import FileProvider
import NotificationGateway

/// The kinds of provider that this program knows: the one place that names them all.
enum Catalogue {
    static let kinds: [ProviderKind] = [
        AliyunKind.dysms { settings in CurlTransport(settings) },
        FileKind.file,
        FileKind.log,
    ]
}
