import NotificationGateway

/// A provider as the file describes it, also when it cannot be made.
struct ReadProvider {
    var name: ProviderName
    var place: YAMLPlace
    /// `nil` for an unknown type.
    var kind: ProviderKind?
    /// `nil` when an option is wrong.
    var configured: GatewaySettings.ConfiguredProvider?
    /// The options that are given and can be read.
    var options = OptionValues()
    /// The names of options that are reported already, as wrong or lacking.
    var unreadable: Set<String> = []
    /// The files that it is to write.
    var outputFiles: [OutputFile] = []
    /// Where it names what it shares its limit by.
    var rateLimitKeyPlace: YAMLPlace?
    /// `nil` where nothing could be read.
    var fingerprint: ProviderFingerprint?
    /// Whether it is one of the configuration before, which goes on.
    var isCarriedOver = false
}

/// Reads `providers:`.
struct ProviderReader {
    /// Each provider has connections and threads of its own.
    static let mostProviders = 1_000

    let kinds: [ProviderKind]
    let values: ValueReader
    let context: @Sendable (ProviderName) -> ProviderContext
    /// Those of the configuration before, which are not made again where nothing about them has changed.
    var former: [ProviderName: FormerProvider] = [:]

    func read(_ root: MappingReader) -> [ReadProvider] {
        let entries = root.entries("providers", of: "providers by name")
        if root["providers"] != nil, entries.isEmpty, !values.report.hasErrors {
            values.report.error(root.place, "'providers' is empty; a gateway needs at least one")
        }
        guard entries.count <= Self.mostProviders else {
            values.report.error(
                entries[Self.mostProviders].keyPlace, "more than \(Self.mostProviders) providers; split the file")
            return []
        }
        let providers = entries.map(read)
        OutputFileCheck(report: values.report).run(providers)
        checkRateLimitKeys(of: providers)
        return providers
    }

    private func read(_ entry: YAMLNode.Entry) -> ReadProvider {
        var provider = ReadProvider(name: ProviderName(rawValue: entry.key), place: entry.keyPlace)
        guard case .mapping(let entries) = entry.value.content else {
            values.report.error(
                entry.value.place, "expected a provider as a mapping with the key 'type', found \(entry.value.kind)")
            return provider
        }
        guard let type = entries.first(where: { $0.key == "type" })?.value else {
            if let misspelt = entries.first(where: { NearestSpelling.of($0.key, among: ["type"]) != nil }) {
                values.report.error(
                    misspelt.keyPlace, "unknown key \(quoted(misspelt.key)) in a provider; did you mean 'type'?")
            } else {
                values.report.error(
                    entry.keyPlace, "provider \(quoted(entry.key)) needs the key 'type': one of \(knownTypes)")
            }
            return provider
        }
        provider.kind = kind(type)
        guard let kind = provider.kind else { return provider }
        make(kind, entry, &provider)
        return provider
    }

    private var knownTypes: String { kinds.map(\.type).joined(separator: ", ") }

    private func kind(_ node: YAMLNode) -> ProviderKind? {
        guard case .string(let type)? = values.value(node, of: FileShape.type) else { return nil }
        if let kind = kinds.first(where: { $0.type == type }) { return kind }
        values.report.error(
            node.place,
            node.hasReference
                ? "the provider type from outside is unknown; expected one of \(knownTypes)"
                : "unknown provider type \(quoted(type)); expected one of \(knownTypes)"
                    + NearestSpelling.hint(type, among: kinds.map(\.type)))
        return nil
    }

    private func checkRateLimitKeys(of providers: [ReadProvider]) {
        let settings = GatewaySettings(providers: providers.compactMap(\.configured), routes: [])
        for (name, fault) in settings.rateLimitKeyFaults {
            guard let place = providers.first(where: { $0.name == name })?.rateLimitKeyPlace else { continue }
            values.report.error(place, "provider \(quoted(name.rawValue)) \(fault)")
        }
    }

    private func make(_ kind: ProviderKind, _ entry: YAMLNode.Entry, _ read: inout ReadProvider) {
        guard let reader = MappingReader(entry.value, FileShape.provider(kind), values, at: entry.keyPlace) else {
            return
        }
        var rateLimit: Rate?
        if case .rate(let rate)? = reader.value(FileShape.rateLimit) { rateLimit = rate }
        var rateLimitKey: RateLimitKey?
        if case .string(let key)? = reader.value(FileShape.rateLimitKey) { rateLimitKey = RateLimitKey(rawValue: key) }
        // Where the limit cannot be read, that is said, and enough.
        if rateLimit != nil || !reader.isGiven(FileShape.rateLimit.name) {
            read.rateLimitKeyPlace = reader[FileShape.rateLimitKey.name]?.place
        }
        var maxInFlight: Int?
        if case .integer(let most)? = reader.value(FileShape.maxInFlight) { maxInFlight = most }
        let prices = prices(reader)
        let options = reader.values(kind.options.fields)
        read.options = options
        read.unreadable = reader.unreadable(kind.options.fields, in: options)
        read.outputFiles = outputFiles(kind, options, reader)
        let fingerprint = ProviderFingerprint(
            type: kind.type, options: options, rateLimit: rateLimit, rateLimitKey: rateLimitKey,
            maxInFlight: maxInFlight, prices: prices)
        read.fingerprint = fingerprint
        // A provider that works is not made again: its connections stay, and no file or port is opened twice.
        if let former = former[read.name], former.fingerprint == fingerprint {
            read.configured = former.configured
            read.isCarriedOver = true
            return
        }
        do throws(InvalidOptions) {
            let provider = try kind.make(options, context(read.name))
            read.configured = GatewaySettings.ConfiguredProvider(
                name: read.name, type: kind.type, provider: provider, rateLimit: rateLimit,
                rateLimitKey: rateLimitKey, maxInFlight: maxInFlight, prices: prices)
        } catch {
            reader.report(error.faults, in: options, except: read.unreadable)
        }
    }

    /// Those that are known: not what is missing in a dry run, and not what looks like a folder, which the kind refuses.
    private func outputFiles(_ kind: ProviderKind, _ options: OptionValues, _ reader: MappingReader) -> [OutputFile] {
        kind.options.fields.filter { $0.type == .outputFile }.compactMap { field in
            guard let place = reader[field.name]?.place, let path = options.string(field),
                path != ValueReader.placeholder, !path.hasSuffix("/")
            else { return nil }
            return OutputFile(option: field.name, path: path, place: place)
        }
    }

    /// `prices: { CN: 0.045, "*": 0.4 }`.
    private func prices(_ reader: MappingReader) -> PriceList {
        let expected = "a price such as 0.045, with at most six decimals"
        var prices = PriceList()
        for entry in reader.entries("prices", of: "prices by country") {
            guard let text = reader.text(entry.value, "prices", expected: expected) else { continue }
            guard let price = Price(text) else {
                values.report.error(entry.value.place, "'prices': expected \(expected), found \(quoted(text))")
                continue
            }
            if MappingReader.reference(in: entry.key) != nil {
                continue
            } else if entry.key == "*" {
                prices.other = price
            } else if let country = reader.country(entry.key, entry.keyPlace, "prices", or: " or \"*\""),
                prices.countries.updateValue(price, forKey: country) != nil
            {
                values.report.error(entry.keyPlace, "'prices' names \(country) twice; remove one")
            }
        }
        return prices
    }
}
