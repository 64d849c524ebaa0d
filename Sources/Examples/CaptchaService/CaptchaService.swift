import AliyunProvider
import CurlTransport
import Dispatch
import FileProvider
import Foundation
import GatewayConfiguration
import Hummingbird
import NotificationGateway

/// The tutorial's `/sms_captcha/` view done right: a service with the gateway embedded.
///
///     captcha-service [--config providers.yaml]        # PORT=8080 by default
///     curl 'http://127.0.0.1:8080/sms_captcha/?phone=13800138000'
///     kill -HUP …                             # or edit the file: the new configuration is in force at once, if it is right
@main
struct CaptchaService {
    static func main() async {
        let path: String
        switch Invocation(CommandLine.arguments.dropFirst()) {
        case .help:
            print(Invocation.usage)
            return
        case .wrong(let fault): fail("\(fault)\n\(Invocation.usage)", status: 2)
        case .serve(let configuration): path = configuration
        }
        let loader = ConfigurationLoader(kinds: [
            AliyunKind.dysms { CurlTransport($0) }, FileKind.file, FileKind.log,
        ])
        let gateway: ReloadableGateway
        do { gateway = try ReloadableGateway(path: path, loader: loader) } catch { fail("\(error)", status: 2) }
        guard let port = port(ProcessInfo.processInfo.environment["PORT"]) else {
            fail("PORT takes a number from 1 to 65535", status: 2)
        }

        let captcha = CaptchaController(defaultCountry: { gateway.settings.defaultCountry }) { await gateway.send($0) }
        let router = Router()
        captcha.addRoutes(to: router)
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)))
        let following = Task { await follow(gateway, path) }
        do { try await application.runService() } catch {
            fail("port \(port) cannot be served: \(reason(error))", status: 1)
        }
        following.cancel()
        await gateway.shutdown()
    }

    /// Puts new configurations in force, on SIGHUP and on changes of the file, until the task is cancelled.
    private static func follow(_ gateway: ReloadableGateway, _ path: String) async {
        let hangUp = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .global())
        hangUp.setEventHandler { gateway.reload() }
        hangUp.resume()
        defer { hangUp.cancel() }
        let events = gateway.events()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await event in events { say("\(path): \(event)") } }
            do throws(Unwatchable) { await gateway.watch(try FileChange.signs(of: path)) } catch {
                say("\(error); send SIGHUP after a change")
            }
        }
    }

    private static func port(_ text: String?) -> Int? {
        guard let text, !text.isEmpty else { return 8080 }
        return Int(text).flatMap { (1...65_535).contains($0) ? $0 : nil }
    }

    /// The socket library's errors are told apart by their text alone.
    private static func reason(_ error: any Error) -> String {
        let text = "\(error)"
        if text.contains(String(cString: strerror(EADDRINUSE))) { return "it is taken; name another by PORT" }
        if text.contains(String(cString: strerror(EACCES))) { return "it may not be used; name one above 1023 by PORT" }
        return text
    }

    /// An error that left `main` would end the process with a trap and a backtrace instead of a word.
    private static func fail(_ message: String, status: Int32) -> Never {
        say(message)
        exit(status)
    }

    private static func say(_ message: String) {
        FileHandle.standardError.write(Data("captcha-service: \(message)\n".utf8))
    }
}
