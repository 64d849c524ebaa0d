import Foundation
import GatewayConfiguration
import NotificationGateway
import Testing

@Suite("A good file")
struct LoadingTests {
    private func settings() throws -> GatewaySettings {
        let loaded = Support.load(Support.good)
        #expect(loaded.diagnostics == [])
        return try #require(loaded.settings)
    }

    @Test("gives the values that it states")
    func values() throws {
        let settings = try settings()
        #expect(settings.mode == .live)
        #expect(settings.defaultCountry == "CN")
        #expect(settings.defaultLocale == "zh-cn")
        #expect(settings.providers.map(\.name) == ["aliyun", "journal"])
        #expect(settings.providers.map(\.type) == ["aliyun-dysms", "file"])
        #expect(settings.providers.map(\.rateLimit) == [Rate(300, per: .seconds(1)), nil])
        #expect(throws: Never.self) { try Gateway(settings) }
    }

    @Test("gives templates with parameters, texts and bindings")
    func templates() throws {
        let template = try #require(try settings().templates.first)
        #expect(template.name == "login-code" && template.category == .verification)
        #expect(template.parameters.map(\.name) == ["code", "product"])
        #expect(template.parameters.map(\.isRequired) == [true, false])
        #expect(template.parameters.map(\.pattern?.source) == ["[0-9]{4,8}", nil])
        #expect(template.parameters.map(\.maxLength) == [nil, 20])
        #expect(template.texts.map(\.locale) == ["zh-cn", "en"])
        let choices = try #require(template.bindings["aliyun"]?.choices)
        #expect(choices.map(\.countries) == [["CN"], []])
        #expect(choices[0].parameters == [BoundParameter("verify", .parameter("code"))])
        #expect(
            choices[1].parameters == [
                BoundParameter("code", .parameter("code")), BoundParameter("product", .parameter("product")),
                BoundParameter("region", .constant("abroad")),
            ])
        #expect(choices[0].fields["template_code"] == .string("SMS_0000"))
        #expect(choices[1].fields["sign_name"] == .string("CloudTel"))
    }

    @Test("gives routes with rules, candidates and limits")
    func routes() throws {
        let routes = try settings().routes
        #expect(routes.map(\.name) == ["codes to mainland China", "shared", "route 3"])
        #expect(routes[0].rule == Rule(channels: [.sms], categories: [.verification], countries: ["CN"]))
        #expect(routes[0].deadline == .seconds(15) && routes[0].retries == 1 && routes[0].duplicates == .tolerate)
        #expect(
            Set(routes[0].overrides) == [
                PolicyOverride(.throttled, step: .next),
                PolicyOverride(.timedOut, acceptance: .unknown, step: .stop),
            ])
        #expect(routes[1].rule == Rule(tags: ["a", "b"], recipientPrefixes: ["4477", "1"]))
        #expect(
            routes[1].candidates == [Route.Candidate("aliyun", weight: 3), Route.Candidate("journal", weight: 2)])
        #expect(routes.map(\.strategy) == [.ordered, .weighted, .roundRobin])
        #expect(routes[2].rule == Rule() && routes[2].deadline == nil && routes[2].retries == Route.defaultRetries)
    }

    @Test("shares blocks by anchors, aliases and merge keys")
    func sharing() throws {
        let loaded = Support.load(
            """
            providers:
              one: &account { type: aliyun-dysms, access_key_id: id, access_key_secret: "${env:KEY_SECRET}" }
              two: { <<: *account, access_key_id: other }
              three: { <<: [{ signature: v1 }, *account] }
            routes: [{ providers: [one, two, three] }]
            """)
        #expect(loaded.diagnostics == [])
        #expect(loaded.settings?.providers.map(\.name) == ["one", "two", "three"])
    }

    @Test("may be the project's own file, which sends nothing until it is told to")
    func projectFile() {
        let loader = ConfigurationLoader(kinds: Support.kinds, environment: [:])
        let loaded = loader.load(path: Support.project.appendingPathComponent("providers.yaml").path)
        #expect(loaded.settings?.mode == .dryRun)
        #expect(loaded.diagnostics.allSatisfy { $0.severity == .warning })
    }

    @Test("may begin with a byte order mark, which moves no place")
    func byteOrderMark() {
        #expect(Support.load("\u{FEFF}" + Support.good).diagnostics == [])
        #expect(Support.load("\u{FEFF}version: 1\u{0}").diagnostics.first?.column == 11)
        let wrong = Support.load("\u{FEFF}vershun: 1\n")
        #expect(wrong.diagnostics.first.map { [$0.line, $0.column] } == [1, 1])
    }

    @Test("takes the mode of the caller before its own")
    func mode() {
        #expect(Support.load(Support.good, mode: .dryRun).settings?.mode == .dryRun)
        #expect(Support.load(Support.good.replacing("mode: live", with: "mode: dry-run")).settings?.mode == .dryRun)
        #expect(Support.load(Support.good.replacing("mode: live\n", with: "")).settings?.mode == .live)
    }
}

@Suite("Values from outside the file")
struct ReferenceTests {
    private func load(_ secret: String, mode: GatewaySettings.Mode = .live, folder: URL? = nil) throws
        -> LoadedConfiguration
    {
        let yaml = """
            providers:
              a: { type: aliyun-dysms, access_key_id: id, access_key_secret: "\(secret)" }
            routes: [{ providers: a }]
            """
        guard let folder else { return Support.load(yaml, mode: mode) }
        let file = folder.appendingPathComponent("providers.yaml")
        try yaml.write(to: file, atomically: true, encoding: .utf8)
        return ConfigurationLoader(kinds: Support.kinds, environment: [:]).load(path: file.path, mode: mode)
    }

    @Test(
        "are the environment's, a default, or a part of a longer value",
        arguments: ["${env:KEY_SECRET}", "${env:NOWHERE:-default}", "${env:EMPTY:-default}", "a${env:KEY_ID}b"])
    func environment(_ secret: String) throws {
        #expect(try load(secret).diagnostics == [])
    }

    @Test("are errors when they are missing and messages would be sent, and warnings in a dry run")
    func missing() throws {
        let live = try load("${env:NOWHERE}")
        #expect(live.settings == nil && live.diagnostics.map(\.severity) == [.error])
        let dry = try load("${env:NOWHERE}", mode: .dryRun)
        #expect(dry.settings != nil && dry.diagnostics.map(\.severity) == [.warning])
    }

    @Test("are read from files beside the configuration, without the line break at the end")
    func files() throws {
        let folder = try Support.temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try "secret\n".write(to: folder.appendingPathComponent("key"), atomically: true, encoding: .utf8)
        #expect(try load("${file:key}", folder: folder).diagnostics == [])
        #expect(try load("${file:\(folder.path)/key}", folder: folder).diagnostics == [])
        let missing = try load("${file:other}", folder: folder).diagnostics.map(\.text)
        #expect(missing == ["'access_key_secret': 'other' cannot be read: No such file or directory"])
        try Data([0xFF]).write(to: folder.appendingPathComponent("key"))
        #expect(try load("${file:key}", folder: folder).diagnostics.first?.text.contains("not UTF-8") == true)
        try Data().write(to: folder.appendingPathComponent("key"))
        #expect(try load("${file:key}", folder: folder).diagnostics.first?.text.contains("it is empty") == true)
        #expect(mkfifo(folder.appendingPathComponent("pipe").path, 0o600) == 0)
        for path in ["/dev/zero", "pipe"] {
            let texts = try load("${file:\(path)}", folder: folder).diagnostics.map(\.text)
            #expect(texts == ["'access_key_secret': '\(path)' cannot be read: it is no regular file"])
        }
        let large = String(repeating: "x", count: 70_000)
        try large.write(to: folder.appendingPathComponent("key"), atomically: true, encoding: .utf8)
        #expect(try load("${file:key}", folder: folder).diagnostics.first?.text.contains("more than") == true)
    }
}
