import HTTPProviderSupport
import NotificationGateway
import Testing

struct HTTPEndpointTests {
    private static func endpoint(_ text: String, allowPlainHTTP: Bool = false) throws -> HTTPEndpoint {
        try HTTPEndpoint(text, option: "endpoint", allowPlainHTTP: allowPlainHTTP)
    }

    @Test(
        "a host, a host with a port and a URL are read; the port is shown when it is not the scheme's own",
        arguments: [
            ("dysmsapi.aliyuncs.com", "https://dysmsapi.aliyuncs.com"), ("Host.Example:443", "https://host.example"),
            ("host:8443", "https://host:8443"), ("https://host", "https://host"), ("HTTPS://HOST:443/", "https://host"),
            ("https://host:80", "https://host:80"), ("[2001:db8::1]", "https://[2001:db8::1]"),
            ("https://[2001:DB8::1]:8443/", "https://[2001:db8::1]:8443"), ("host_1.example", "https://host_1.example"),
            ("http://127.0.0.1:80", "http://127.0.0.1"), ("http://127.0.0.1:443", "http://127.0.0.1:443"),
            ("http://localhost:8080", "http://localhost:8080"), ("http://[::1]", "http://[::1]"),
            ("http://127.255.0.9:1", "http://127.255.0.9:1"), ("host:65535", "https://host:65535"),
        ])
    func good(text: String, origin: String) throws {
        let endpoint = try Self.endpoint(text)
        #expect(endpoint.origin == origin && endpoint.description == origin)
        #expect(endpoint.isSecure == origin.hasPrefix("https:"))
        #expect(origin.hasSuffix("://" + endpoint.authority))
    }

    @Test(
        "what is none of these is refused by the option's name",
        arguments: [
            "", "/", "https://", "http://", "https:///", "host/path", "https://host/path", "https://host//", "host?x=1",
            "host#f", "user@host", "https://user:secret@host", "host:", "host:0", "host:65536", "host:-1", "host:8o80",
            "host:80:80", ":80", "::1", "[::1", "[]", "[host]", "ftp://host", "ws://host", "https:host", "ho st",
            " host", "host\n", "host\r\nX-Evil: 1", "host\u{0}", "主机", "host%2e", "https://https://host",
            String(repeating: "a", count: 254),
        ])
    func refused(text: String) throws {
        let error = try #require(throws: InvalidOption.self) { try Self.endpoint(text, allowPlainHTTP: true) }
        #expect(error.name == "endpoint")
        #expect(!error.message.contains("secret"))
    }

    @Test(
        "plain http is for this machine only, unless it is allowed",
        arguments: [
            "http://host", "http://10.0.0.1", "http://127.0.0.1.example.com", "http://localhost.example.com",
            "http://127.1", "http://0.0.0.0", "http://[::2]", "http://127.0.0.256", "http://mylocalhost",
        ])
    func plain(text: String) throws {
        let error = try #require(throws: InvalidOption.self) { try Self.endpoint(text) }
        #expect(error.message.contains("plain http"))
        #expect(try Self.endpoint(text, allowPlainHTTP: true).isSecure == false)
    }
}
