/// How a logical template becomes a provider's own: the first choice that fits the recipient and the locale is taken.
public struct Binding: Sendable {
    /// The choices in order; international numbers, say, need their own template code and sign name.
    public var choices: [BindingChoice]

    /// Lists choices.
    public init(choices: [BindingChoice]) {
        self.choices = choices
    }
}

/// One way to fill a provider's template.
public struct BindingChoice: Sendable {
    /// The countries that it serves; empty means every country and addresses without one.
    public var countries: Set<CountryCode>
    /// The languages that it serves, with their regional forms; empty means every language.
    public var locales: [LocaleTag]
    /// The fields that the kind's binding schema declares: template code, sign name, …
    public var fields: OptionValues
    /// What the vendor's template is given, in order.
    public var parameters: [BoundParameter]

    /// Describes a choice.
    public init(
        countries: Set<CountryCode> = [], locales: [LocaleTag] = [], fields: OptionValues = OptionValues(),
        parameters: [BoundParameter]
    ) {
        self.countries = countries
        self.locales = locales
        self.fields = fields
        self.parameters = parameters
    }
}

/// One parameter as the vendor's template calls it.
public struct BoundParameter: Sendable, Hashable {
    /// Where the value comes from.
    public enum Source: Sendable, Hashable {
        /// A parameter of the logical template.
        case parameter(String)
        /// The same value for every message.
        case constant(String)
    }

    /// The vendor's name.
    public var name: String
    /// Where the value comes from.
    public var source: Source

    /// Pairs the vendor's name with a source.
    public init(_ name: String, _ source: Source) {
        self.name = name
        self.source = source
    }
}

extension BoundParameter: MaskedDescription {
    /// The vendor's name and where the value comes from; a constant may be a secret from outside.
    public var description: String {
        switch source {
        case .parameter(let parameter): "\(name) from \(parameter)"
        case .constant: "\(name), a constant"
        }
    }
}
