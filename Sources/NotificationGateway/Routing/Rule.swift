/// Which messages a route takes: each condition that is given must hold, and holds when one of its values fits.
public struct Rule: Sendable, Hashable {
    /// The path; empty means any.
    public var channels: Set<Channel>
    /// The purpose; empty means any.
    public var categories: Set<Category>
    /// The recipient's country; empty means any, and addresses without a country.
    public var countries: Set<CountryCode>
    /// The logical template; empty means any, and finished text.
    public var templates: Set<TemplateName>
    /// A tag of the message; empty means any, and none.
    public var tags: Set<Tag>
    /// The first digits of the recipient's number in E.164 without `+`; empty means any, and other addresses.
    public var recipientPrefixes: Set<String>

    /// Describes a rule; without conditions it matches every message.
    public init(
        channels: Set<Channel> = [], categories: Set<Category> = [], countries: Set<CountryCode> = [],
        templates: Set<TemplateName> = [], tags: Set<Tag> = [], recipientPrefixes: Set<String> = []
    ) {
        self.channels = channels
        self.categories = categories
        self.countries = countries
        self.templates = templates
        self.tags = tags
        self.recipientPrefixes = recipientPrefixes
    }
}
