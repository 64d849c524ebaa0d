import NotificationGateway

/// A route as the file describes it, with the places that later checks point to.
struct ReadRoute {
    var route: Route
    var place: YAMLPlace
    var candidatePlaces: [YAMLPlace] = []
    /// Whether the rule is what the file says: a wrong condition must not make others look wrong.
    var isRuleWhole = true
}

/// Reads `routes:`.
struct RouteReader {
    let providers: Set<ProviderName>
    /// `nil` where they cannot be read, which is reported already.
    let templates: Set<TemplateName>?
    let values: ValueReader
    private let unpriced: Set<ProviderName>
    private let providerNames: [String]
    private var report: DiagnosticReport { values.report }

    init(providers: [ReadProvider], templates: [TemplateName]?, values: ValueReader) {
        self.providers = Set(providers.map(\.name))
        self.templates = templates.map(Set.init)
        self.values = values
        unpriced = Set(providers.compactMap(\.configured).filter(\.prices.isEmpty).map(\.name))
        providerNames = providers.map(\.name.rawValue)
    }

    func read(_ root: MappingReader) -> [ReadRoute] {
        guard let node = root["routes"] else { return [] }
        guard case .sequence(let nodes) = node.content else {
            report.error(node.place, "'routes': expected a list of routes, found \(node.kind)")
            return []
        }
        if nodes.isEmpty { report.error(node.place, "'routes' is empty; without a route no message is sent") }
        var names: [String: YAMLPlace] = [:]
        return nodes.enumerated().compactMap { index, node in
            guard let read = read(node, number: index + 1) else { return nil }
            if let first = names.updateValue(read.place, forKey: read.route.name.rawValue) {
                report.warning(
                    read.place, "the route in line \(first.line) is called \(quoted(read.route.name.rawValue)) too")
            }
            return read
        }
    }

    private func read(_ node: YAMLNode, number: Int) -> ReadRoute? {
        guard let reader = MappingReader(node, FileShape.route, values) else { return nil }
        let name = reader["name"].flatMap { reader.text($0, "name") } ?? "route \(number)"
        var read = ReadRoute(
            route: Route(name: RouteName(rawValue: name), candidates: []), place: reader["name"]?.place ?? node.place)
        addRule(reader, to: &read)
        addCandidates(reader, to: &read)
        let strategy = reader.choice(FileShape.strategy, as: Strategy.self)
        read.route.strategy = strategy ?? .ordered
        read.route.duplicates = reader.choice(FileShape.duplicates, as: Route.Duplicates.self) ?? .avoid
        if case .integer(let retries)? = reader.value(FileShape.retries) { read.route.retries = retries }
        if case .duration(let deadline)? = reader.value(FileShape.deadline) {
            if deadline == .zero, let node = reader["deadline"] {
                report.error(node.place, "'deadline' leaves no time to send; expected a time such as 15s")
            }
            read.route.deadline = deadline
        }
        read.route.recipientLimit = reader.recipientLimit()
        read.route.quietHours = reader["quiet_hours"].flatMap { QuietHoursReader(values: values).read($0) }
        read.route.overrides = PolicyReader(values: values).read(reader)
        if strategy != nil || reader["strategy"] == nil { checkWeights(reader, read) }
        checkPrices(read)
        return read
    }

    private func checkWeights(_ reader: MappingReader, _ read: ReadRoute) {
        let weights = read.route.candidates.map(\.weight)
        guard let node = reader["providers"], !weights.isEmpty else { return }
        if read.route.strategy.usesWeights {
            guard weights.allSatisfy({ $0 == 0 }) else { return }
            report.error(node.place, "every weight is 0, so no provider could be drawn; give one a share")
        } else if weights.contains(where: { $0 != 1 }) {
            report.warning(
                node.place,
                "weights count only with 'strategy: weighted' or 'sticky', and this is \(read.route.strategy.rawValue)"
            )
        }
    }

    private func checkPrices(_ read: ReadRoute) {
        guard read.route.strategy == .cheapest else { return }
        for (candidate, place) in zip(read.route.candidates, read.candidatePlaces)
        where unpriced.contains(candidate.provider) {
            report.warning(
                place, "provider \(quoted(candidate.provider.rawValue)) has no 'prices', so 'cheapest' puts it last")
        }
    }

    // MARK: Candidates

    private func addCandidates(_ reader: MappingReader, to read: inout ReadRoute) {
        guard let node = reader["providers"] else { return }
        let nodes: [YAMLNode] = if case .sequence(let nodes) = node.content { nodes } else { [node] }
        if nodes.isEmpty {
            report.error(node.place, "route \(quoted(read.route.name.rawValue)) has no provider; name at least one")
        }
        var seen: Set<ProviderName> = []
        for (candidate, place) in nodes.flatMap({ candidates($0, reader) }) {
            guard seen.insert(candidate.provider).inserted else {
                report.error(place, "the route names \(quoted(candidate.provider.rawValue)) twice; remove one")
                continue
            }
            // Where none can be read, that is reported already.
            if !providers.isEmpty, !providers.contains(candidate.provider) {
                report.error(place, unknown("provider", candidate.provider.rawValue, among: providerNames))
            }
            read.route.candidates.append(candidate)
            read.candidatePlaces.append(place)
        }
    }

    /// A name, `{name: weight}` or `{provider: name, weight: 3}`.
    private func candidates(_ node: YAMLNode, _ reader: MappingReader) -> [(Route.Candidate, YAMLPlace)] {
        guard case .mapping(let entries) = node.content else {
            guard let name = reader.text(node, "providers", expected: "the name of a provider") else { return [] }
            return [(Route.Candidate(ProviderName(rawValue: name)), node.place)]
        }
        guard entries.contains(where: isOfCandidate) else {
            return entries.map { (candidate($0.key, weight: $0.value), $0.keyPlace) }
        }
        guard let reader = MappingReader(node, FileShape.candidate, values),
            let name = reader["provider"].flatMap({ reader.text($0, "provider") })
        else { return [] }
        return [(candidate(name, weight: reader["weight"]), node.place)]
    }

    /// Whether an entry tells that its mapping describes one candidate: a key of it that cannot be a provider with its weight.
    private func isOfCandidate(_ entry: YAMLNode.Entry) -> Bool {
        entry.key == "provider" && Int(entry.value.text ?? "") == nil
            || entry.key == "weight" && !providers.contains("weight")
    }

    private func candidate(_ name: String, weight node: YAMLNode?) -> Route.Candidate {
        var candidate = Route.Candidate(ProviderName(rawValue: name))
        if let node, case .integer(let weight)? = values.value(node, of: FileShape.weight) { candidate.weight = weight }
        return candidate
    }

    // MARK: Rules

    private func addRule(_ route: MappingReader, to read: inout ReadRoute) {
        guard let node = route["match"] else {
            read.isRuleWhole = !route.isMisspelt("match")
            return
        }
        // With one value or key of a condition that is wrong, nobody knows what the whole would take.
        let errors = report.errorCount
        guard let reader = MappingReader(node, FileShape.match, values) else {
            read.isRuleWhole = false
            return
        }
        var rule = Rule()
        rule.channels = Set(words("channel", reader, as: Channel.self))
        rule.categories = Set(words("category", reader, as: Category.self))
        rule.countries = Set(reader.countries("country"))
        rule.templates = Set(reader.list("template").compactMap { template($0, reader) })
        rule.tags = Set(reader.list("tag").compactMap { reader.text($0, "tag") }.map(Tag.init(rawValue:)))
        rule.recipientPrefixes = Set(reader.list("prefix").compactMap { prefix($0, reader) })
        read.isRuleWhole = report.errorCount == errors
        read.route.rule = rule
    }

    private func words<Word: RawRepresentable<String> & CaseIterable>(
        _ key: String, _ reader: MappingReader, as type: Word.Type
    ) -> [Word] {
        let field = OptionField(key, .choice(Word.allCases.map(\.rawValue)), help: "")
        return reader.list(key).compactMap { node in
            guard case .string(let word)? = values.value(node, of: field) else { return nil }
            return Word(rawValue: word)
        }
    }

    private func template(_ node: YAMLNode, _ reader: MappingReader) -> TemplateName? {
        guard let text = reader.text(node, "template", expected: "the name of a template") else { return nil }
        let name = TemplateName(rawValue: text)
        guard let templates, !templates.contains(name) else { return name }
        report.error(node.place, unknown("template", text, among: templates.map(\.rawValue).sorted()))
        return nil
    }

    private func prefix(_ node: YAMLNode, _ reader: MappingReader) -> String? {
        let expected = "the first digits of a number with its country code, such as 8613"
        guard let text = reader.text(node, "prefix", expected: expected) else { return nil }
        let digits = text.hasPrefix("+") ? text.dropFirst() : text[...]
        let isNumber = digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isNumber, (1...15).contains(digits.utf8.count), digits.first != "0" else {
            report.error(node.place, "'prefix': expected \(expected), found \(quoted(text))")
            return nil
        }
        return String(digits)
    }
}
