import HTTPProviderSupport
import HTTPTransport
import NotificationGateway
import Testing

struct HTTPProviderOptionsTests {
    @Test("without options the transport's own defaults hold")
    func defaults() throws {
        #expect(try HTTPProviderOptions.transportSettings(from: OptionValues()) == HTTPTransportSettings())
    }

    @Test("each option reaches the transport")
    func everyOption() throws {
        let settings = try HTTPProviderOptions.transportSettings(
            from: OptionValues([
                "connect_timeout": .duration(.milliseconds(300)), "timeout": .duration(.seconds(2)),
                "max_connections": .integer(9), "ca_file": .string("ca.pem"), "proxy": .string("http://proxy:3128"),
                "allow_plain_http": .boolean(true),
            ]))
        let expected = HTTPTransportSettings(
            connectTimeout: .milliseconds(300), requestTimeout: .seconds(2), maxConnectionsPerHost: 9, caFile: "ca.pem",
            proxy: "http://proxy:3128", allowPlainHTTP: true)
        #expect(settings == expected)
    }

    @Test("a time limit of nothing is refused by name", arguments: ["connect_timeout", "timeout"])
    func noTime(name: String) throws {
        for duration in [Duration.zero, .seconds(-1)] {
            var values = OptionValues()
            values[name] = .duration(duration)
            let error = try #require(throws: InvalidOptions.self) {
                try HTTPProviderOptions.transportSettings(from: values)
            }
            #expect(error.faults.map(\.name) == [name])
        }
    }

    @Test("each option stands once, is optional and has help; plain http is off by default")
    func fields() {
        let fields = HTTPProviderOptions.fields
        #expect(Set(fields.map(\.name)).count == fields.count)
        #expect(fields.allSatisfy { !$0.isRequired && $0.help.hasSuffix(".") })
        #expect(fields.first { $0.name == "allow_plain_http" }?.defaultValue == .boolean(false))
    }
}
