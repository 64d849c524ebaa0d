import NotificationGateway

/// Reads the whole file: its parts one by one, then what they are to each other.
struct FileReader {
    let kinds: [ProviderKind]
    let report: DiagnosticReport
    var sources: ValueSources
    let context: @Sendable (ProviderName) -> ProviderContext
    var former: [ProviderName: FormerProvider] = [:]

    /// What the file says, and the providers that were read on the way.
    struct Reading {
        var settings: GatewaySettings
        var providers: [ReadProvider]
        /// `nil` where there is none, or it is wrong.
        var server: ServerSettings?
    }

    /// - Parameter serves: whether values from outside that the server alone needs must be there.
    func read(_ root: YAMLNode, mode: GatewaySettings.Mode?, serves: Bool) -> Reading? {
        let section = FileShape.root(kinds)
        let provisional = ValueReader(report: report, sources: sources)
        guard let reader = MappingReader(root, section, provisional) else { return nil }
        let version = OptionField("version", .integer(1...1), help: "")
        if reader["version"] != nil { _ = reader.value(version) }
        let modeField = OptionField("mode", .choice(GatewaySettings.Mode.allCases.map(\.rawValue)), help: "")
        let written = reader.choice(modeField, as: GatewaySettings.Mode.self)

        let mode = mode ?? written ?? .live
        var sources = sources
        if mode == .dryRun { sources.toleratesMissing = true }
        let values = ValueReader(report: report, sources: sources)
        let providers = ProviderReader(
            kinds: kinds, values: values, context: context, former: former
        ).read(reader)
        let templates = TemplateReader(kinds: kinds, providers: providers, values: values).read(reader)
        let names = reader.names("templates")?.map(TemplateName.init(rawValue:))
        let routes = RouteReader(providers: providers, templates: names, values: values).read(reader)
        if !serves { sources.ignoresMissing = true }
        let server = ServerReader(
            providers: providers, templates: names, values: ValueReader(report: report, sources: sources)
        ).read(reader)
        let defaultLocale = reader["default_locale"].map { reader.locale($0, "default_locale") }
        ReachabilityCheck(
            providers: providers, templates: templates, routes: routes, defaultLocale: defaultLocale, report: report
        ).run()
        let settings = GatewaySettings(
            mode: mode,
            defaultCountry: reader["default_country"].flatMap { reader.country($0, "default_country") },
            defaultLocale: defaultLocale ?? nil,
            providers: providers.compactMap(\.configured), templates: templates.map(\.template),
            routes: routes.map(\.route),
            repeatWindow: reader.duration(FileShape.repeatWindow) ?? GatewaySettings.defaultRepeatWindow)
        return Reading(settings: settings, providers: providers, server: server)
    }
}
