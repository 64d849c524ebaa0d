public import HTTPTransport
public import NotificationGateway

/// The options that every HTTP provider takes, declared once: their names, defaults and help are the same everywhere.
public enum HTTPProviderOptions {
    private static let connectTimeout = OptionField(
        "connect_timeout", .duration, default: .duration(.seconds(5)),
        help: "Time for name resolution, connecting and TLS together.")
    private static let timeout = OptionField(
        "timeout", .duration, default: .duration(.seconds(10)),
        help: "Time for a whole exchange; the message's own deadline bounds it too.")
    private static let maxConnections = OptionField(
        "max_connections", .integer(1...1_024), help: "Most connections to the vendor at a time.")
    private static let caFile = OptionField(
        "ca_file", .path, help: "PEM file of certificate authorities instead of the system's.")
    private static let proxy = OptionField(
        "proxy", .url, help: "Proxy for all requests; none by default, whatever the environment says.")
    private static let allowPlainHTTP = OptionField(
        "allow_plain_http", .boolean, default: .boolean(false),
        help: "Allow http:// to hosts other than this machine. Never for real messages.")

    /// The fields, to be put behind a kind's own.
    public static let fields = [connectTimeout, timeout, maxConnections, caFile, proxy, allowPlainHTTP]

    /// What the options ask of the transport.
    ///
    /// - Throws: ``NotificationGateway/InvalidOptions`` for time limits that are not positive, and for a `ca_file` that
    ///   cannot be read or holds no certificate.
    public static func transportSettings(from values: OptionValues) throws(InvalidOptions) -> HTTPTransportSettings {
        var check = OptionCheck()
        let connectTimeout = check(try positive(Self.connectTimeout, values))
        let timeout = check(try positive(Self.timeout, values))
        let caFile = check(try certificates(values))
        guard let connectTimeout, let timeout, let caFile else { throw check.found }
        return HTTPTransportSettings(
            connectTimeout: connectTimeout, requestTimeout: timeout,
            maxConnectionsPerHost: values.integer(maxConnections), caFile: caFile,
            proxy: values.string(proxy), allowPlainHTTP: allowsPlainHTTP(values))
    }

    /// Whether `http` may go to other hosts than this machine.
    public static func allowsPlainHTTP(_ values: OptionValues) -> Bool { values.boolean(allowPlainHTTP) ?? false }

    private static func certificates(_ values: OptionValues) throws(InvalidOption) -> String? {
        guard let path = values.string(caFile) else { return nil }
        if let fault = CertificateFile.fault(at: path) { throw InvalidOption(caFile.name, fault) }
        return path
    }

    private static func positive(_ field: OptionField, _ values: OptionValues) throws(InvalidOption) -> Duration {
        guard let duration = values.duration(field), duration > .zero else {
            throw InvalidOption(field.name, "a time limit must be longer than nothing, such as 5s")
        }
        return duration
    }
}
