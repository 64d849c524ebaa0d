/// What a provider declares that it can carry.
public struct Capabilities: Sendable, Hashable {
    /// The forms of content that vendors take.
    public enum ContentForm: String, Sendable, Hashable, CaseIterable {
        /// The vendor fills its own approved template: the message needs a binding for the provider.
        case vendorTemplate = "vendor-template"
        /// The vendor takes finished text: the template's local text is rendered here.
        case text
    }

    /// What the vendor allows in marketing templates.
    public enum MarketingVariables: String, Sendable, Hashable {
        /// Variables like in any other template.
        case allowed
        /// None, unless the binding says that the vendor approved them (`variables: approved`).
        case needApproval = "need-approval"
    }

    /// The channels it serves.
    public var channels: Set<Channel>
    /// The forms of content it takes.
    public var content: Set<ContentForm>
    /// Most recipients in one request, at least 1.
    public var maxRecipients: Int
    /// Most recipients in one request that says something of its own to each, at least 1.
    public var maxIndividualRecipients: Int
    /// Whether marketing templates may hold variables.
    public var marketingVariables: MarketingVariables
    /// Whether the vendor refuses a copy of a request that it has had.
    public var replayGuard: ReplayGuard

    /// Declares capabilities.
    public init(
        channels: Set<Channel>, content: Set<ContentForm>, maxRecipients: Int = 1,
        maxIndividualRecipients: Int = 1, marketingVariables: MarketingVariables = .allowed,
        replayGuard: ReplayGuard = .none
    ) {
        precondition(
            maxRecipients >= 1 && maxIndividualRecipients >= 1, "a provider that takes no recipient can carry nothing")
        self.channels = channels
        self.content = content
        self.maxRecipients = maxRecipients
        self.maxIndividualRecipients = maxIndividualRecipients
        self.marketingVariables = marketingVariables
        self.replayGuard = replayGuard
    }

    /// Whether messages need a binding for this provider because it takes nothing but its own templates.
    public var needsBinding: Bool { !content.contains(.text) }
}
