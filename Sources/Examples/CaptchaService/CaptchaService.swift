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
    static func main() async {
        let path = CommandLine.arguments.dropFirst().first ?? "providers.yaml"
        let loader = ConfigurationLoader(kinds: [
            AliyunKind.dysms { CurlTransport($0) }, FileKind.file, FileKind.log,
        ])
        let settings: GatewaySettings
        let gateway: Gateway
        do {
            settings = try loader.settings(path: path)
            gateway = try Gateway(settings)
        } catch {
            fail("\(error)", status: 2)
        }
        guard let port = port(ProcessInfo.processInfo.environment["PORT"]) else {
            fail("PORT takes a number from 1 to 65535", status: 2)
        }

        let captcha = CaptchaController(gateway: gateway, defaultCountry: settings.defaultCountry)
        let router = Router()
        captcha.addRoutes(to: router)
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)))
        do { try await application.runService() } catch { fail("port \(port) cannot be served: \(error)", status: 1) }
        await gateway.shutdown()
    }

    private static func port(_ text: String?) -> Int? {
        guard let text, !text.isEmpty else { return 8080 }
        return Int(text).flatMap { (1...65_535).contains($0) ? $0 : nil }
    }

    /// An error that left `main` would end the process with a trap and a backtrace instead of a word.
    private static func fail(_ message: String, status: Int32) -> Never {
        FileHandle.standardError.write(Data("captcha-service: \(message)\n".utf8))
        exit(status)
    }
}
