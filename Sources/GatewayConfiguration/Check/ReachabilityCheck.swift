import NotificationGateway

/// Checks what only the parts together show: rules that never match, providers that cannot carry what reaches them.
struct ReachabilityCheck {
    let providers: [ProviderName: ReadProvider]
    let templates: [ReadTemplate]
    let routes: [ReadRoute]
    /// The language of messages that name none; an inner `nil` is one that could not be read.
    let defaultLocale: LocaleTag??
    let report: DiagnosticReport

    init(
        providers: [ReadProvider], templates: [ReadTemplate], routes: [ReadRoute], defaultLocale: LocaleTag??,
        report: DiagnosticReport
    ) {
        self.providers = Dictionary(providers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.templates = templates
        self.routes = routes
        self.defaultLocale = defaultLocale
        self.report = report
    }

    func run() {
        let live = liveRoutes()
        for read in live { checkChannels(of: read) }
        for template in templates { check(template, live) }
    }

    // MARK: Rules

    /// The routes that some message can reach; the others are reported.
    private func liveRoutes() -> [ReadRoute] {
        var coverage = RuleCoverage()
        return routes.enumerated().filter { index, read in
            guard read.isRuleWhole else { return true }
            if let contradiction = read.route.rule.contradiction {
                report.error(
                    read.place, "the rule of \(quoted(read.route.name.rawValue)) can never match: \(contradiction)")
                return false
            }
            guard let takers = coverage.add(read.route.rule, number: index) else { return true }
            let names = takers.sorted().prefix(3).map {
                "\(quoted(routes[$0].route.name.rawValue)) (line \(routes[$0].place.line))"
            }
            report.error(
                read.place,
                "the rule of \(quoted(read.route.name.rawValue)) can never match: everything that it would take goes to "
                    + names.joined(separator: ", ") + "; put it before, or remove it")
            return false
        }.map(\.element)
    }

    // MARK: Channels

    private func checkChannels(of read: ReadRoute) {
        let wanted = read.route.rule.channels
        guard !wanted.isEmpty else { return }
        for (candidate, place) in zip(read.route.candidates, read.candidatePlaces) {
            guard let kind = providers[candidate.provider]?.kind else { continue }
            let lacking = wanted.subtracting(kind.capabilities.channels).map(\.rawValue).sorted()
            guard !lacking.isEmpty else { continue }
            let text =
                "provider \(quoted(candidate.provider.rawValue)) (\(kind.type)) cannot carry "
                + "\(lacking.joined(separator: ", ")); it serves "
                + kind.capabilities.channels.map(\.rawValue).sorted().joined(separator: ", ")
            if lacking.count == wanted.count { report.error(place, text) } else { report.warning(place, text) }
        }
    }

    // MARK: Templates

    /// Walks the routes in order as a message of the template would, up to the first that takes them all.
    private func check(_ read: ReadTemplate, _ live: [ReadRoute]) {
        // An error says all that there is to say about a provider; a warning must not hide the error of a later route.
        var reported: [ProviderName: Diagnostic.Severity] = [:]
        var isRouted = false
        for route in live where mayMatch(route.route.rule, read) {
            isRouted = true
            // What a rule with a mistake would take is not known, and must not make the template look wrong.
            guard route.isRuleWhole, read.isCategoryKnown || route.route.rule.categories.isEmpty else { continue }
            for name in route.route.candidates.map(\.provider) where reported[name] != .error {
                guard let fault = fault(read, name, route), fault.severity != reported[name] else { continue }
                reported[name] = fault.severity
                report.add(fault.severity, read.place, fault.text)
            }
            if takesAll(route.route.rule) { break }
        }
        if !isRouted, !live.isEmpty {
            report.warning(
                read.place, "no route takes messages of template \(quoted(read.template.name.rawValue)); add one")
        }
    }

    private func mayMatch(_ rule: Rule, _ read: ReadTemplate) -> Bool {
        (rule.templates.isEmpty || rule.templates.contains(read.template.name))
            && (rule.categories.isEmpty || rule.categories.contains(read.template.category) || !read.isCategoryKnown)
    }

    private func takesAll(_ rule: Rule) -> Bool {
        rule.channels.isEmpty && rule.countries.isEmpty && rule.tags.isEmpty && rule.recipientPrefixes.isEmpty
    }

    private struct Fault {
        var severity = Diagnostic.Severity.error
        var text: String
    }

    /// What is wrong with the template at a provider to which a route can send it.
    private func fault(_ read: ReadTemplate, _ name: ProviderName, _ route: ReadRoute) -> Fault? {
        guard let kind = providers[name]?.kind else { return nil }
        let channels = route.route.rule.channels
        guard channels.isEmpty || !channels.isDisjoint(with: kind.capabilities.channels) else { return nil }
        let template = read.template
        let who = "template \(quoted(template.name.rawValue))"
        let reach = "route \(quoted(route.route.name.rawValue)) can send it to \(quoted(name.rawValue))"
        if kind.capabilities.needsBinding, read.areBindingsKnown, !read.boundProviders.contains(name) {
            return Fault(text: "\(who) has no binding for \(quoted(name.rawValue)), and \(reach); add one")
        }
        if !kind.capabilities.content.contains(.vendorTemplate), read.areTextsWhole, template.texts.isEmpty {
            return Fault(text: "\(who) has no text, and \(reach), which takes nothing else; add 'text'")
        }
        if kind.capabilities.content.contains(.text), !read.boundProviders.contains(name), lacksText(read) {
            return Fault(
                severity: .warning,
                text: "\(who) has no text for messages that name no language, and \(reach); add the text 'default', or "
                    + "set default_locale")
        }
        guard let binding = template.bindings[name], kind.capabilities.needsBinding else { return nil }
        return fault(of: binding, route.route.rule.countries, who: who, reach: reach)
    }

    /// Whether there are texts, and none for a message that names no language.
    private func lacksText(_ read: ReadTemplate) -> Bool {
        let template = read.template
        guard read.areTextsWhole, !template.texts.isEmpty, !template.texts.contains(where: { $0.locale == nil }) else {
            return false
        }
        guard let defaultLocale else { return true }
        var candidate = defaultLocale
        while let tag = candidate {
            if template.texts.contains(where: { $0.locale == tag }) { return false }
            candidate = tag.parent
        }
        return defaultLocale != nil
    }

    /// What is wrong with the choices of a binding for a route that takes some countries, or any.
    private func fault(of binding: Binding, _ wanted: Set<CountryCode>, who: String, reach: String) -> Fault? {
        let serving = binding.choices.filter(\.locales.isEmpty)
        guard !serving.contains(where: \.countries.isEmpty), !binding.choices.isEmpty else { return nil }
        guard !wanted.isEmpty, binding.choices.allSatisfy(\.locales.isEmpty) else {
            return Fault(
                severity: .warning,
                text: "\(who): no choice of the binding serves every country and language, and \(reach) for any")
        }
        let served = serving.reduce(into: Set<CountryCode>()) { $0.formUnion($1.countries) }
        let lacking = wanted.subtracting(served).sorted().map(\.rawValue).joined(separator: ", ")
        return lacking.isEmpty
            ? nil : Fault(text: "\(who): no choice of the binding serves \(lacking), and \(reach)")
    }
}
