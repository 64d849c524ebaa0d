/// A logical template: typed parameters, local texts, and how each provider's own template is filled.
public struct Template: Sendable {
    /// Its name, such as `login-code`.
    public var name: TemplateName
    /// Why messages made from it are sent.
    public var category: Category
    /// Its parameters in the order of declaration.
    public var parameters: [TemplateParameter]
    /// The local text for each locale; the one without a locale serves where no other fits.
    public var texts: [LocalText]
    /// How each provider's own template is filled.
    public var bindings: [ProviderName: Binding]
    /// How many messages made from it a recipient may get; empty means no limit.
    public var recipientLimit: [Rate]

    /// Describes a template.
    public init(
        name: TemplateName, category: Category = .notification, parameters: [TemplateParameter] = [],
        texts: [LocalText] = [], bindings: [ProviderName: Binding] = [:], recipientLimit: [Rate] = []
    ) {
        self.name = name
        self.category = category
        self.parameters = parameters
        self.texts = texts
        self.bindings = bindings
        self.recipientLimit = recipientLimit
    }
}

/// One parameter of a template.
public struct TemplateParameter: Sendable, Hashable {
    /// Its name in `${…}`.
    public var name: String
    /// Whether a message must give it; one with a default never must.
    public var isRequired: Bool
    /// The value where a message gives none.
    public var defaultValue: String?
    /// What the whole value must match.
    public var pattern: ParameterPattern?
    /// Most characters (grapheme clusters, as people count them).
    public var maxLength: Int?

    /// Describes a parameter.
    public init(
        _ name: String, required: Bool = true, default defaultValue: String? = nil, pattern: ParameterPattern? = nil,
        maxLength: Int? = nil
    ) {
        self.name = name
        self.isRequired = required
        self.defaultValue = defaultValue
        self.pattern = pattern
        self.maxLength = maxLength
    }
}

extension TemplateParameter: MaskedDescription {
    /// Its name, and whether it must be given; a default may be a secret from outside.
    public var description: String {
        defaultValue != nil ? "\(name), with a default" : isRequired ? "\(name), required" : "\(name), optional"
    }
}

/// A template's text in one language.
public struct LocalText: Sendable {
    /// The language; `nil` is the default text.
    public var locale: LocaleTag?
    /// The text.
    public var text: TextTemplate

    /// Pairs a language with a text.
    public init(locale: LocaleTag?, text: TextTemplate) {
        self.locale = locale
        self.text = text
    }
}
