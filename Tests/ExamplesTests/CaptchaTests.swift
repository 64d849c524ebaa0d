import Foundation
import GatewayTestKit
import Hummingbird
import HummingbirdTesting
import LoopbackServer
import NotificationGateway
import ProcessSupport
import Synchronization
import Testing

@testable import captcha_service

/// Takes every message, or refuses it, and keeps the codes.
private final class CodeProvider: MessageProvider {
    let capabilities = Capabilities(channels: [.sms], content: [.text])
    var statusLookup: (any StatusLookup)? { nil }
    var receiptReader: (any ReceiptReader)? { nil }
    private let codes = Mutex<[String]>([])
    private let failure: ProviderError?

    init(failure: ProviderError? = nil) { self.failure = failure }

    var sent: [String] { codes.withLock { $0 } }

    func send(_ request: ProviderRequest) async throws(ProviderError) -> ProviderReceipt {
        if let failure { throw failure }
        codes.withLock { $0.append(request.content.text ?? "") }
        return ProviderReceipt(vendorMessageID: "1")
    }

    func preview(_ request: ProviderRequest) throws(ProviderError) -> RequestPreview {
        RequestPreview(destination: "nowhere", fields: [])
    }

    func shutdown() async {}
}

@Suite("The captcha service")
struct CaptchaTests {
    private func answers(
        _ provider: CodeProvider = CodeProvider(), mode: GatewaySettings.Mode = .live,
        clock: ManualClock = ManualClock(),
        _ body: @escaping @Sendable (_ get: (String) async throws -> (Int, [String: Any])) async throws -> Void
    ) async throws {
        let gateway = try Gateway(
            GatewaySettings(
                mode: mode, defaultCountry: "CN",
                providers: [GatewaySettings.ConfiguredProvider(name: "codes", provider: provider)],
                templates: [
                    Template(
                        name: "login-code", category: .verification, parameters: [TemplateParameter("code")],
                        texts: [LocalText(locale: nil, text: try TextTemplate("${code}"))])
                ], routes: [Route(name: "all", candidates: [Route.Candidate("codes")], retries: 0)]))
        let router = Router()
        CaptchaController(defaultCountry: { "CN" }, clock: clock) { await gateway.send($0) }.addRoutes(to: router)
        try await Application(router: router).test(.router) { client in
            try await body { query in
                try await client.execute(uri: "/sms_captcha/\(query)", method: .get) { response in
                    let object = try JSONSerialization.jsonObject(with: Data(String(buffer: response.body).utf8))
                    return (Int(response.status.code), try #require(object as? [String: Any]))
                }
            }
        }
    }

    @Test("sends a random code of six digits that is not made from the number")
    func sends() async throws {
        let provider = CodeProvider()
        try await answers(provider) { get async throws -> Void in
            for last in 0..<20 {
                let (status, answer) = try await get("?phone=138001380\(10 + last)")
                #expect(status == 200 && answer["sent"] as? Bool == true)
            }
        }
        #expect(provider.sent.allSatisfy { $0.wholeMatch(of: /[0-9]{6}/) != nil })
        #expect(Set(provider.sent).count > 15)
    }

    @Test("sends one code a minute to a number, however it is written")
    func oncePerMinute() async throws {
        let clock = ManualClock()
        try await answers(clock: clock) { get async throws -> Void in
            #expect(try await get("?phone=13800138000").0 == 200)
            #expect(try await get("?phone=%2B86%20138-0013-8000").0 == 429)
            #expect(try await get("?phone=13800138001").0 == 200)
            clock.advance(by: .seconds(60))
            #expect(try await get("?phone=13800138000").0 == 200)
        }
    }

    @Test(
        "answers 400 to a number that is none",
        arguments: ["", "?phone=", "?phone=12", "?phone=abc", "?telephone=13800138000"])
    func wrongNumber(_ query: String) async throws {
        try await answers { get async throws -> Void in
            let (status, answer) = try await get(query)
            #expect(status == 400)
            #expect(answer["sent"] as? Bool == false && (answer["message"] as? String)?.isEmpty == false)
        }
    }

    @Test("does not say that a code is on its way when nothing is sent")
    func dryRun() async throws {
        let provider = CodeProvider()
        try await answers(provider, mode: .dryRun) { get async throws -> Void in
            let (status, answer) = try await get("?phone=13800138000")
            #expect(status == 200 && answer["sent"] as? Bool == false)
            #expect((answer["message"] as? String)?.contains("dry run") == true)
        }
        #expect(provider.sent.isEmpty)
    }

    @Test("answers 503 when no vendor took the code, and the number may ask again at once")
    func refused() async throws {
        let provider = CodeProvider(failure: ProviderError(.insufficientBalance, .rejected, message: "no money"))
        try await answers(provider) { get async throws -> Void in
            #expect(try await get("?phone=13800138000").0 == 503)
            #expect(try await get("?phone=13800138000").0 == 503)
        }
    }

    @Test("says that nobody knows when a code may have arrived, and asks to wait before the next")
    func uncertain() async throws {
        let provider = CodeProvider(failure: ProviderError(.timedOut, .unknown, message: "no answer"))
        try await answers(provider) { get async throws -> Void in
            let (status, answer) = try await get("?phone=13800138000")
            #expect(status == 202 && answer["sent"] is NSNull && answer["id"] is String)
            #expect((answer["message"] as? String)?.contains("wait a minute") == true)
            #expect(try await get("?phone=13800138000").0 == 429)
        }
    }
}

@Suite("The captcha service's start")
struct CaptchaStartTests {
    private static let good = """
        mode: dry-run
        providers: { journal: { type: log } }
        templates: { login-code: { text: hi } }
        routes: [{ providers: journal }]
        """

    @Test(
        "fails with a word on standard error and status 2 where the configuration or the port is wrong",
        arguments: [
            (nil, "8080", "providers.yaml:1:1: error: the configuration cannot be read"),
            ("providers: { a: { type: fil } }", "8080", "unknown provider type 'fil'"),
            (Self.good, "abc", "PORT takes a number"), (Self.good, "0", "PORT takes a number"),
            (Self.good, "65536", "PORT takes a number"),
        ])
    func wrong(_ yaml: String?, _ port: String, _ word: String) async throws {
        let folder = try TemporaryFolder()
        if let yaml { try folder.write(yaml, to: "providers.yaml") }
        let end = try await ChildProcess.run("captcha-service", environment: ["PORT": port], in: folder.path)
        #expect(end.status == 2)
        #expect(end.errors.contains(word), "\(end.errors)")
        #expect(end.output.isEmpty && !end.errors.contains("Fatal error"))
    }

    @Test(
        "reads its arguments as options and a file, and nothing else",
        arguments: [
            ([], .serve(configuration: "providers.yaml")), (["a.yaml"], .serve(configuration: "a.yaml")),
            (["--config", "a.yaml"], .serve(configuration: "a.yaml")), (["--help"], .help), (["-h"], .help),
            (["--config"], .wrong("--config needs a file")), (["--config", ""], .wrong("--config needs a file")),
            (["--config", "--help"], .wrong("--config needs a file, and '--help' is an option")),
            (["--port", "1"], .wrong("unknown option '--port'")),
            (["a.yaml", "b.yaml"], .wrong("unexpected 'b.yaml'")),
            ([""], .wrong("the configuration's name is empty")),
        ] as [([String], Invocation)])
    func arguments(_ arguments: [String], _ expected: Invocation) {
        #expect(Invocation(arguments[...]) == expected)
    }

    @Test("answers --help with its usage, and a wrong call with that and status 2")
    func help() async throws {
        let help = try await ChildProcess.run("captcha-service", ["--help"])
        #expect(help.status == 0 && help.errors.isEmpty && help.output.hasPrefix("usage: captcha-service"))
        let wrong = try await ChildProcess.run("captcha-service", ["--config"])
        #expect(wrong.status == 2 && wrong.output.isEmpty)
        #expect(wrong.errors.contains("--config needs a file\nusage: captcha-service"))
    }

    @Test("says in words of its own that the port is taken")
    func takenPort() async throws {
        let listener = UnservedPort(.hangs)
        defer { listener.close() }
        let folder = try TemporaryFolder()
        try folder.write(Self.good, to: "providers.yaml")
        let end = try await ChildProcess.run(
            "captcha-service", ["--config", "providers.yaml"], environment: ["PORT": "\(listener.port)"],
            in: folder.path)
        #expect(end.status == 1)
        let words = "captcha-service: port \(listener.port) cannot be served: it is taken; name another by PORT"
        #expect(end.errors.split(separator: "\n").last == words[...], "\(end.errors)")
    }
}
