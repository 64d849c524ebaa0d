import AliyunProvider
import GatewayConfiguration
import HTTPProviderSupport
import HTTPTransport
import NotificationGateway
import Testing

@Suite("Secrets of a configuration")
struct SecretTests {
    /// Mistakes at and beside a secret, by what stands in a provider's section.
    private static let options = [
        "access_key_secret: canary-secret-71c3",
        "access_key_secret: [canary-secret-71c3]",
        "access_key_secret: { a: canary-secret-71c3 }",
        "access_key_secret: \"canary-secret-71c3 with blanks\"",
        "access_key_secret: \"${env:SECRET:-canary-secret-71c3\"",
        "access_key_secret: \"${canary-secret-71c3}\"",
        "access_key_secret: \"${env:SECRET:-canary-secret-71c3}\"",
        "access_key_secret: \"${env:NONE}canary-secret-71c3\"",
        "access_key_secret: \"canary-secret-71c3",
        "access_key_secret: 'canary-secret-71c3",
        "access_key_secret: canary-secret-71c3: x",
        "access_key_secret: *canary-secret-71c3",
        "access_key_secret: &canary-secret-71c3",
        "access_key_secret: !canary-secret-71c3 x",
        "access_key_secret: !!binary canary-secret-71c3",
        "access_key_secret: @canary-secret-71c3",
        "access_key_secret: %canary-secret-71c3",
        "access_key_secret: `canary-secret-71c3`",
        "access_key_secret: |canary-secret-71c3",
        "access_key_secret: \"canary-secret-71c3\\q\"",
        "access_key_secret: ${env:SECRET}, access_key_secret: canary-secret-71c3",
        "acess_key_secret: canary-secret-71c3",
        "access_key_secret: ${env:SECRET}, timeout: ${env:SECRET}",
        "access_key_secret: ${env:SECRET}, signature: ${env:SECRET}",
        "access_key_secret: ${env:SECRET}, region: \"${env:SECRET} x\"",
        "access_key_secret: ${env:SECRET}, endpoint: \"https://u:${env:SECRET}@host\"",
        "access_key_secret: ${env:SECRET}, endpoint: \"https://u:canary-secret-71c3@host\"",
        "access_key_secret: ${env:SECRET}, proxy: \"https://u:canary-proxy-71c3@ host\"",
        "access_key_secret: ${env:SECRET}, proxy: \"u:canary-proxy-71c3@host\"",
        "access_key_secret: ${env:SECRET}, proxy: \"ftp://u:${env:SECRET}@host\"",
        "access_key_secret: ${env:SECRET}, international_prefix: ${env:SECRET}",
        "access_key_secret: ${env:SECRET}, ca_file: \"${env:SECRET}\"",
        "access_key_secret: ${env:SECRET}, rate_limit: ${env:SECRET}",
        "access_key_secret: ${env:SECRET}, max_in_flight: ${env:SECRET}",
        "access_key_secret: ${env:SECRET}, prices: { CN: \"${env:SECRET}\" }",
        "access_key_secret: ${env:SECRET}, allow_plain_http: ${env:SECRET}",
        "access_key_secret: \"${file:secret}\nx\"",
    ]

    /// The same elsewhere in the file.
    private static let sections = [
        "mode: ${env:SECRET}", "repeat_window: ${env:SECRET}", "default_country: ${env:SECRET}",
        "templates: { t: { parameters: { code: { default: \"${env:SECRET}\", pattern: \"[0-9]\" } }, text: \"${code}\" } }",
        "templates: { t: { parameters: { code: { default: \"${env:SECRET}\", max_length: 3 } }, text: \"${code}\" } }",
        "templates: { t: { bindings: { a: { template_code: \"${env:SECRET}\", constants: { x: [\"${env:SECRET}\"] } } } } }",
        "templates: { t: { bindings: { a: { template_code: S, template_cod: \"${env:SECRET}\" } } } }",
        "templates: { t: { recipient_limit: \"${env:SECRET}\" } }",
    ]

    static let files =
        options.map {
            """
            providers: { a: { type: aliyun-dysms, access_key_id: "${env:ID}", sign_name: S, \($0) } }
            routes: [{ providers: a }]
            """
        }
        + sections.map {
            """
            providers: { a: { type: aliyun-dysms, access_key_id: "${env:ID}", access_key_secret: "${env:SECRET}" } }
            routes: [{ providers: a, deadline: "${env:SECRET}" }]
            \($0)
            """
        }

    private static let loader = ConfigurationLoader(
        kinds: World.kinds, environment: ["ID": Canary.keyID, "SECRET": Canary.secret])

    @Test("are in no diagnostic, whatever is wrong with them or beside them", arguments: files)
    func diagnostics(_ yaml: String) {
        for mode in GatewaySettings.Mode.allCases {
            let loaded = Self.loader.load(yaml: yaml, mode: mode)
            #expect(Canary.leaks(in: loaded.diagnostics.map(\.description)) == [])
            #expect(Canary.leaks(in: Canary.shown(loaded)) == [])
        }
    }

    @Test("and what a provider sends are in no value that somebody may print")
    func values() throws {
        let key = AccessKey(
            id: Canary.keyID, secret: Secret(Canary.secret), securityToken: Secret(Canary.token))
        let endpoint = try HTTPEndpoint("localhost", option: "endpoint", allowPlainHTTP: false)
        let request = HTTPRequest(
            method: .post, url: Canary.webhook, headers: [HTTPRequest.Header("Authorization", Canary.secret)],
            body: Array(Canary.echo.utf8))
        let header = HTTPRequest.Header("X-Echo", Canary.echo)
        let response = HTTPResponse(
            status: 200, headers: HTTPHeaderBlock([header]), body: Array(Canary.echo.utf8))
        let settings = HTTPTransportSettings(proxy: "http://user:\(Canary.proxyPassword)@proxy.example:3128")
        let options = OptionValues(["secret": .secret(Secret(Canary.secret)), "proxy": .string(settings.proxy ?? "")])
        let values: [Any] = [
            key, DysmsSettings(accessKey: key, endpoint: endpoint), request, header, response, response.headers,
            settings, options,
        ]
        for value in values { #expect(Canary.leaks(in: Canary.shown(value)) == [], "\(type(of: value))") }
        #expect("\(request)" == "POST https://hooks.example.com, 1 headers, \(Canary.echo.utf8.count) bytes")
        #expect("\(response)" == "200, \(Canary.echo.utf8.count) bytes")
        // What bytes show as a list of numbers.
        let bytes = Array(Canary.secret.utf8).map(String.init).joined(separator: ", ")
        for value in [request, response, response.headers] as [Any] {
            #expect(!Canary.shown(value).joined().contains(bytes))
        }
    }
}
