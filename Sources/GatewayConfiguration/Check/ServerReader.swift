import NotificationGateway

/// Reads `server:`.
struct ServerReader {
    static let shortestToken = 16
    static let shortestRetention = Duration.seconds(86_400)
    static let leases = Duration.seconds(1)...Duration.seconds(600)

    let providers: [ReadProvider]
    /// `nil` where they cannot be read, which is reported already.
    let templates: [TemplateName]?
    let values: ValueReader
    private var report: DiagnosticReport { values.report }

    func read(_ root: MappingReader) -> ServerSettings? {
        guard let node = root["server"], let reader = MappingReader(node, ServerShape.server, values) else {
            return nil
        }
        var settings = ServerSettings(
            outbox: text(ServerShape.outbox, reader) ?? values.sources.absolute("outbox.sqlite"), providers: [])
        if let listen = address(ServerShape.listen, reader) { settings.listen = listen }
        settings.keys = text(ServerShape.keys, reader)
        if let size = integer(ServerShape.maxBody, reader) { settings.maxBody = size }
        if let most = integer(ServerShape.maxConnections, reader) { settings.maxConnections = most }
        if let most = integer(ServerShape.maxInFlight, reader) { settings.maxInFlight = most }
        if let grace = reader.duration(ServerShape.shutdownGrace) { settings.shutdownGrace = grace }
        if let lease = lease(reader) { settings.lease = lease }
        if let patience = reader.duration(ServerShape.patience) { settings.patience = patience }
        if let retention = retention(reader) { settings.retention = retention }
        if case .rate(let rate)? = reader.value(ServerShape.pollRate) { settings.pollRate = rate }
        settings.tls = tls(reader)
        checkAccess(settings, reader)
        settings.receipts = receipts(reader)
        settings.webhooks = WebhookReader(values: values).read(reader)
        settings.dysms = DysmsReader(templates: templates, values: values).read(reader)
        return settings
    }

    private func text(_ field: OptionField, _ reader: MappingReader) -> String? {
        if case .string(let text)? = reader.value(field) { text } else { nil }
    }

    private func integer(_ field: OptionField, _ reader: MappingReader) -> Int? {
        if case .integer(let number)? = reader.value(field) { number } else { nil }
    }

    /// Shorter, a busy server would lose what it is sending; longer, what a dead one was sending would wait for nothing.
    private func lease(_ reader: MappingReader) -> Duration? {
        guard let lease = reader.duration(ServerShape.lease) else { return nil }
        if Self.leases.contains(lease) { return lease }
        report.error(reader["lease"]?.place ?? reader.place, "'lease': expected a time from 1s to 10m")
        return nil
    }

    /// Shorter, a caller that repeats a request a day later would send it twice.
    private func retention(_ reader: MappingReader) -> Duration? {
        guard let retention = reader.duration(ServerShape.retention) else { return nil }
        guard retention < Self.shortestRetention else { return retention }
        report.error(
            reader["retention"]?.place ?? reader.place,
            "'retention': expected 24h at least; idempotency keys are kept as long as the messages")
        return nil
    }

    private func address(_ field: OptionField, _ reader: MappingReader) -> ServerSettings.ListenAddress? {
        guard let text = text(field, reader), let node = reader[field.name] else { return nil }
        if let address = ServerSettings.ListenAddress(text) { return address }
        report.error(
            node.place,
            "\(quoted(field.name)): expected host and port such as 127.0.0.1:8080 or [::1]:8080"
                + (node.hasReference ? "" : ", found \(quoted(text))"))
        return nil
    }

    private func tls(_ reader: MappingReader) -> ServerSettings.TLS? {
        guard let node = reader["tls"], let tls = MappingReader(node, ServerShape.tls, values),
            let certificate = text(ServerShape.certificate, tls), let key = text(ServerShape.key, tls)
        else { return nil }
        return ServerSettings.TLS(certificate: certificate, key: key)
    }

    /// Whoever reaches a server without keys can send in our name.
    private func checkAccess(_ settings: ServerSettings, _ reader: MappingReader) {
        guard let node = reader["listen"], reader["keys"] == nil, !settings.listen.isLoopback else { return }
        report.error(
            node.place,
            "'listen' is not on this machine alone, so the server needs 'keys': make some with notify keys create")
    }

    // MARK: Receipts

    private func receipts(_ reader: MappingReader) -> [ProviderName: ServerSettings.Receipts] {
        var receipts: [ProviderName: ServerSettings.Receipts] = [:]
        for entry in reader.entries("receipts", of: "providers") {
            let name = ProviderName(rawValue: entry.key)
            guard let section = MappingReader(entry.value, ServerShape.receipts, values, at: entry.keyPlace) else {
                continue
            }
            guard let provider = providers.first(where: { $0.name == name }) else {
                // Where none can be read, that is reported already.
                guard !providers.isEmpty else { continue }
                report.error(
                    entry.keyPlace,
                    unknown("provider", entry.key, among: providers.map(\.name.rawValue)))
                continue
            }
            receipts[name] = read(section, of: provider)
        }
        let standard = ServerSettings.standardReceipts(of: providers.compactMap(\.configured))
        receipts.merge(standard) { given, _ in given }
        return receipts
    }

    private func read(_ section: MappingReader, of provider: ReadProvider) -> ServerSettings.Receipts? {
        var token: Secret?
        if case .secret(let secret)? = section.value(ServerShape.token) { token = secret }
        var polls: Bool?
        if case .boolean(let flag)? = section.value(ServerShape.poll) { polls = flag }
        if let token, let node = section["token"], !Self.isToken(token.reveal()) {
            report.error(
                node.place,
                "'token': expected \(Self.shortestToken) letters, digits, '-' or '_' at least; it is all that tells the vendor from others"
            )
        }
        if let made = provider.configured?.provider {
            let name = quoted(provider.name.rawValue)
            if let node = section["token"], made.receiptReader == nil {
                report.error(node.place, "provider \(name) posts no receipts; remove 'token'")
            }
            if let node = section["poll"], polls == true, made.statusLookup == nil {
                report.error(node.place, "provider \(name) cannot be asked what became of a message; remove 'poll'")
            }
        }
        return ServerSettings.Receipts(token: token, polls: polls ?? (token == nil))
    }

    /// Whether a text stands for itself in a path. The stand-in of a dry run may be shorter.
    private static func isToken(_ text: String) -> Bool {
        guard text != ValueReader.placeholder else { return true }
        return text.utf8.count >= shortestToken
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
                    || byte == UInt8(ascii: "_")
            }
    }
}

extension ServerSettings.ListenAddress {
    /// Whether only programs of this machine can connect.
    public var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers[0] == "127" && numbers.allSatisfy { UInt8($0) != nil }
    }

    /// Reads `host:port`, an IPv6 address in brackets; `nil` for anything else.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port), text[text.index(after: colon)...].utf8.allSatisfy({ 0x30...0x39 ~= $0 })
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        let isHost = host.utf8.allSatisfy {
            $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "[")
        }
        guard !host.isEmpty, isHost else { return nil }
        self.init(host: String(host), port: port)
    }
}
