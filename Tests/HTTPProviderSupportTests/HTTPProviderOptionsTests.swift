import HTTPProviderSupport
import HTTPTransport
import NotificationGateway
import ProcessSupport
import Testing

struct HTTPProviderOptionsTests {
    @Test("without options the transport's own defaults hold")
    func defaults() throws {
        #expect(try HTTPProviderOptions.transportSettings(from: OptionValues()) == HTTPTransportSettings())
    }

    /// A certificate in form; nobody reads what it says.
    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBIjCByaADAgECAgEBMAoGCCqGSM49BAMCMA0xCzAJBgNVBAMMAmNhMB4XDTI2
        MTEyNTAwMDAwMFoXDTI3MTEyNTAwMDAwMFowDTELMAkGA1UEAwwCY2E=
        -----END CERTIFICATE-----

        """

    /// Writes a file and hands out its path.
    private static func withFile<Value>(_ text: String, _ body: (String) throws -> Value) throws -> Value {
        let folder = try TemporaryFolder()
        return try body(try folder.write(text, to: "ca.pem"))
    }

    private static func caFile(_ path: String) throws -> String? {
        try HTTPProviderOptions.transportSettings(from: OptionValues(["ca_file": .string(path)])).caFile
    }

    @Test(
        "a ca_file with a certificate in it is taken",
        arguments: [
            certificate, "# who\n\n" + certificate, certificate.replacing("\n", with: "\r\n"),
            certificate.replacing(" CERT", with: " TRUSTED CERT"),
            "-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----\n" + certificate,
        ])
    func certificateFile(text: String) throws {
        let isTaken = try Self.withFile(text) { path in try Self.caFile(path) == path }
        #expect(isTaken)
    }

    @Test(
        "a ca_file without a certificate is refused by name",
        arguments: [
            "", "\u{0}\u{1}", "hello", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
            certificate.replacing("-----END CERTIFICATE-----", with: ""),
            certificate.replacing("MIIB", with: "hello "), certificate.replacing("MIIB", with: "AAAA"),
            certificate.replacing("CERTIFICATE", with: "CERTIFICATE REQUEST"),
            certificate.replacing("CERTIFICATE", with: "PRIVATE KEY"),
        ])
    func noCertificate(text: String) throws {
        try Self.withFile(text) { path in
            let errors = try #require(throws: InvalidOptions.self) { try Self.caFile(path) }
            let error = try #require(errors.faults.first)
            #expect(
                error.name == "ca_file"
                    && error.message == "'\(path)' holds no certificate in PEM; expected "
                        + "-----BEGIN CERTIFICATE-----"
            )
        }
    }

    @Test(
        "a ca_file that cannot be read is refused by name, with the system's word for it",
        arguments: [("/no/such/ca.pem", "No such file or directory"), ("/tmp", "Is a directory")])
    func unreadableFile(path: String, word: String) throws {
        let errors = try #require(throws: InvalidOptions.self) { try Self.caFile(path) }
        let error = try #require(errors.faults.first)
        #expect(error.name == "ca_file" && error.message == "'\(path)' cannot be read: \(word)")
    }

    @Test("each option reaches the transport")
    func everyOption() throws {
        try Self.withFile(Self.certificate, Self.expectEveryOption)
    }

    private static func expectEveryOption(_ path: String) throws {
        let settings = try HTTPProviderOptions.transportSettings(
            from: OptionValues([
                "connect_timeout": .duration(.milliseconds(300)), "timeout": .duration(.seconds(2)),
                "max_connections": .integer(9), "ca_file": .string(path), "proxy": .string("http://proxy:3128"),
                "allow_plain_http": .boolean(true),
            ]))
        let expected = HTTPTransportSettings(
            connectTimeout: .milliseconds(300), requestTimeout: .seconds(2), maxConnectionsPerHost: 9, caFile: path,
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
