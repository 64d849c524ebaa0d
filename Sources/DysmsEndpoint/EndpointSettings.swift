public import NotificationGateway

/// What the endpoint is given: keys, and what of the vendor's account stands for what of the gateway's.
public struct EndpointSettings: Sendable {
    /// The keys; of two with one id the first counts.
    public var keys: [EndpointKey]
    /// The vendor's template codes, such as `SMS_0000`, and what they stand for.
    public var templates: [String: EndpointTemplate]
    /// The sign names that may be used, each with the tags that its messages get, so that rules may choose providers which
    /// have that sign; `nil` allows any.
    public var signNames: [String: [Tag]]?

    /// Describes settings.
    public init(
        keys: [EndpointKey], templates: [String: EndpointTemplate], signNames: [String: [Tag]]? = nil
    ) {
        self.keys = keys
        self.templates = templates
        self.signNames = signNames
    }
}

/// What one of the vendor's templates stands for.
public struct EndpointTemplate: Sendable {
    /// The logical template.
    public var name: TemplateName
    /// Why its messages are sent.
    public var category: Category
    /// The logical template's parameters; others that a caller gives are passed over, as the vendor does. `nil` keeps all.
    public var parameters: Set<String>?
    /// The logical names of the vendor's parameters; those that are not here have the same name.
    public var parameterNames: [String: String]
    /// What receivers read, with logical names: for the `Content` of `QuerySendDetails`. Without it that is the sign alone.
    public var text: TextTemplate?
    /// The tags of its messages.
    public var tags: [Tag]

    /// Describes what a template stands for.
    public init(
        name: TemplateName, category: Category, parameters: Set<String>? = nil, parameterNames: [String: String] = [:],
        text: TextTemplate? = nil, tags: [Tag] = []
    ) {
        self.name = name
        self.category = category
        self.parameters = parameters
        self.parameterNames = parameterNames
        self.text = text
        self.tags = tags
    }

    /// Stands for a logical template, with its text in a language: by default that of the vendor's home.
    public init(
        _ template: Template, parameterNames: [String: String] = [:], locale: LocaleTag = "zh-CN", tags: [Tag] = []
    ) {
        var wanted: [LocaleTag?] = [locale]
        while let parent = wanted.last??.parent { wanted.append(parent) }
        wanted.append(nil)
        let text = wanted.lazy.compactMap { tag in template.texts.first { $0.locale == tag } }.first
        self.init(
            name: template.name, category: template.category, parameters: Set(template.parameters.map(\.name)),
            parameterNames: parameterNames, text: text?.text, tags: tags)
    }
}
