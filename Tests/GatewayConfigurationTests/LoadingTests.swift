import Foundation
import GatewayConfiguration
import NotificationGateway
import ProcessSupport
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

    @Test("gives providers their prices, exactly as written")
    func prices() throws {
        let loaded = Support.load(
            """
            providers: { log: { type: log, prices: { CN: 0.045, "NO": "0.3", '*': 0.4 } } }
            routes: [{ providers: [log], strategy: cheapest }]
            """)
        #expect(loaded.diagnostics == [])
        let prices = try #require(loaded.settings?.providers.first?.prices)
        #expect(
            prices.countries == ["CN": Price(millionths: 45_000), "NO": Price(millionths: 300_000)]
                && prices.other == Price(millionths: 400_000))
        #expect(
            prices["CN"] == Price(millionths: 45_000) && prices["US"] == prices.other && prices[nil] == prices.other)
        #expect(loaded.settings?.routes.first?.strategy == .cheapest)
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
    private func load(_ secret: String, mode: GatewaySettings.Mode = .live, folder: TemporaryFolder? = nil) throws
        -> LoadedConfiguration
    {
        let yaml = """
            providers:
              a: { type: aliyun-dysms, access_key_id: id, access_key_secret: "\(secret)" }
            routes: [{ providers: a }]
            """
        guard let folder else { return Support.load(yaml, mode: mode) }
        let file = try folder.write(yaml, to: "providers.yaml")
        return ConfigurationLoader(kinds: Support.kinds, environment: [:]).load(path: file, mode: mode)
    }

    @Test(
        "are the environment's, a default, or a part of a longer value",
        arguments: [
            ("${env:KEY_SECRET}", "s3cret-value"), ("${env:NOWHERE:-default}", "default"),
            ("${env:EMPTY:-default}", "default"), ("a${env:KEY_ID}b", "aidb"), ("$$${env:KEY_ID}", "$id"),
            ("$${env:KEY_ID}", "${env:KEY_ID}"), ("$5 ${env:KEY_ID}", "$5 id"),
        ])
    func environment(_ written: String, _ meant: String) throws {
        let loaded = Support.load(
            """
            providers: { a: { type: aliyun-dysms, access_key_id: id, access_key_secret: "${env:KEY_SECRET}" } }
            templates:
              t: { bindings: { a: { template_code: S, sign_name: "\(written)", constants: { place: "\(written)" } } } }
            routes: [{ providers: a }]
            """)
        #expect(loaded.diagnostics == [])
        let choice = try #require(loaded.settings?.templates.first?.bindings["a"]?.choices.first)
        #expect(choice.fields["sign_name"] == .string(meant))
        #expect(choice.parameters == [BoundParameter("place", .constant(meant))])
    }

    @Test("are shown as not set among the constants of a dry run, and are errors when messages would be sent")
    func missingConstant() throws {
        let yaml = """
            providers: { a: { type: aliyun-dysms, access_key_id: id, access_key_secret: "${env:KEY_SECRET}" } }
            templates:
              t: { bindings: { a: { template_code: S, sign_name: s, constants: { place: "${env:NOWHERE}" } } } }
            routes: [{ providers: a }]
            """
        let live = Support.load(yaml)
        #expect(live.diagnostics.map(\.severity) == [.error])
        #expect(live.diagnostics.first?.text.contains("'place': the environment variable NOWHERE is not set") == true)
        let dry = Support.load(yaml, mode: .dryRun)
        let choice = dry.settings?.templates.first?.bindings["a"]?.choices.first
        #expect(choice?.parameters == [BoundParameter("place", .constant("not-set"))])
    }

    @Test(
        "that are secrets draw a warning when the file shows them all the same",
        arguments: [
            ("${env:KEY_SECRET}", nil), ("${env:NOWHERE:-canary-7}", "has a default, which is a secret"),
            ("${env:KEY_SECRET:-canary-7}", "has a default, which is a secret"), ("${env:KEY_SECRET:-}", nil),
            ("canary-7", "is a secret written in clear"),
        ] as [(String, String?)])
    func secretDefaults(_ secret: String, _ warning: String?) throws {
        let found = try load(secret).diagnostics
        #expect(found.count == (warning == nil ? 0 : 1))
        #expect(found.allSatisfy { $0.severity == .warning && !$0.text.contains("canary") })
        if let warning { #expect(found.first?.text.contains(warning) == true) }
    }

    @Test(
        "keep the password of a proxy out of the file, and no message quotes one",
        arguments: [
            ("http://proxy.example:3128", nil), ("http://user@proxy.example", nil),
            ("http://user:${env:KEY_SECRET}@proxy.example", nil), ("${env:PROXY}", nil),
            ("http://user:canary-7@proxy.example", "has a password written in clear"),
            ("http://user:canary-7${env:KEY_ID}@proxy.example", "has a password written in clear"),
            ("${env:NOWHERE:-http://user:canary-7@proxy.example}", "has a password written in clear"),
            ("user:canary-7@proxy.example:3128", "expected a URL"),
            ("ftp://user:canary-7@proxy.example", "expected a URL"),
        ] as [(String, String?)])
    func proxies(_ proxy: String, _ complaint: String?) {
        let yaml = """
            providers:
              a: { type: aliyun-dysms, access_key_id: id, access_key_secret: "${env:KEY_SECRET}", proxy: "\(proxy)" }
              b: { type: "\(proxy)" }
            routes: [{ providers: [a, "\(proxy)"], deadline: "\(proxy)", strategy: "\(proxy)", match: { tag: t } }]
            """
        var environment = Support.secrets
        environment["PROXY"] = "http://user:canary-7@proxy.example"
        let found = Support.load(yaml, environment: environment).diagnostics
        let own = found.filter { $0.line == 2 }
        #expect(own.contains { complaint.map($0.text.contains) ?? true } == (complaint != nil))
        #expect(found.count > 2 && found.allSatisfy { !$0.text.contains("canary") })
    }

    @Test(
        "are refused where the file decides on routes",
        arguments: [
            ("match: { tag: X }", "'tag'"), ("match: { country: X }", "'country'"),
            ("match: { prefix: X }", "'prefix'"),
            ("match: { template: X }", "'template'"), ("name: X", "'name'"),
        ])
    func refused(_ part: String, _ key: String) {
        for reference in ["${env:KEY_ID}", "${file:key}", "a-${env:KEY_ID}"] {
            let part = part.replacing("X", with: "\"\(reference)\"")
            let found = Support.load("providers: { j: { type: log } }\nroutes: [{ providers: j, \(part) }]").diagnostics
            #expect(found.map(\.severity) == [.error] && found.map(\.line) == [2])
            #expect(found.allSatisfy { $0.text.hasPrefix(key) && $0.text.contains("is not resolved here") })
        }
    }

    @Test("are refused in names, countries and languages of the file")
    func refusedNames() {
        let found = Support.load(
            """
            default_country: ${env:KEY_ID}
            default_locale: ${env:KEY_ID}
            providers:
              "${env:KEY_ID}": { type: log }
              j: { type: log }
            templates:
              "${env:KEY_ID}": { text: x }
              t:
                parameters: { a: }
                text: { "${env:KEY_ID}": x }
                bindings: { j: { parameters: { a: "${env:KEY_ID}" } } }
            routes: [{ providers: j }]
            """)
        let lines = found.diagnostics.filter { $0.text.contains("is not resolved here") }.map(\.line)
        #expect(lines == [1, 2, 4, 7, 10, 11])
    }

    @Test("are text where a message's own words stand")
    func words() {
        let found = Support.load(
            """
            providers: { j: { type: log } }
            templates: { t: { text: "write $${env:HOME} and $${file:x}" } }
            routes: [{ providers: j }]
            """)
        #expect(found.diagnostics == [])
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
        let folder = try TemporaryFolder()
        let key = URL(fileURLWithPath: try folder.write("secret\n", to: "key"))
        #expect(try load("${file:key}", folder: folder).diagnostics == [])
        #expect(try load("${file:\(folder.path)/key}", folder: folder).diagnostics == [])
        let missing = try load("${file:other}", folder: folder).diagnostics.map(\.text)
        #expect(missing == ["'access_key_secret': 'other' cannot be read: No such file or directory"])
        try Data([0xFF]).write(to: key)
        #expect(try load("${file:key}", folder: folder).diagnostics.first?.text.contains("not UTF-8") == true)
        try Data().write(to: key)
        #expect(try load("${file:key}", folder: folder).diagnostics.first?.text.contains("it is empty") == true)
        #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
        for path in ["/dev/zero", "pipe"] {
            let texts = try load("${file:\(path)}", folder: folder).diagnostics.map(\.text)
            #expect(texts == ["'access_key_secret': '\(path)' cannot be read: it is no regular file"])
        }
        let large = String(repeating: "x", count: 70_000)
        try folder.write(large, to: "key")
        #expect(try load("${file:key}", folder: folder).diagnostics.first?.text.contains("more than") == true)
    }
}
