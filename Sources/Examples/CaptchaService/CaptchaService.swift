import AliyunProvider
import CurlTransport
import FileProvider
import Foundation
import GatewayConfiguration
import Hummingbird
import NotificationGateway

/// The tutorial's `/sms_captcha/` view done right: a service with the gateway embedded.
///
///     captcha-service [providers.yaml]        # PORT=8080 by default
///     curl 'http://127.0.0.1:8080/sms_captcha/?phone=13800138000'
@main
struct CaptchaService {
    static func main() async throws {
        let path = CommandLine.arguments.dropFirst().first ?? "providers.yaml"
        let loader = ConfigurationLoader(kinds: [
            AliyunKind.dysms { CurlTransport($0) }, FileKind.file, FileKind.log,
        ])
        let settings = try loader.settings(path: path)
        let gateway = try Gateway(settings)
        let port = ProcessInfo.processInfo.environment["PORT"].flatMap { Int($0) } ?? 8080

        let captcha = CaptchaController(gateway: gateway, defaultCountry: settings.defaultCountry)
        let router = Router()
        captcha.addRoutes(to: router)
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)))
        try await application.runService()
        await gateway.shutdown()
    }
}
