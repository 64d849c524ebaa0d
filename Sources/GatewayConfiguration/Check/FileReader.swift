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
    }

    func read(_ root: YAMLNode, mode: GatewaySettings.Mode?) -> Reading? {
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
        let routes = RouteReader(
            providers: providers,
            templates: reader.names("templates")?.map(TemplateName.init(rawValue:)), values: values
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
        return Reading(settings: settings, providers: providers)
    }
}
