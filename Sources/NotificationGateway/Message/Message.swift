/// What a caller asks for: tell these recipients this, for this reason.
///
///     let message = Message(to: ["+8613800138000"], template: "login-code", parameters: ["code": "271828"])
public struct Message: Sendable {
    /// What the receivers are told.
    public enum Content: Sendable, Hashable {
        /// A logical template with values for its parameters.
        case template(TemplateName, parameters: [String: String])
        /// Finished text, for providers that take free text.
        case text(String)
    }

    /// The caller's id; `nil` lets the gateway make a random one. At most 200 bytes of UTF-8.
    public var id: MessageID?
    /// Whom to tell. A recipient that is named twice, in whatever spelling, is told once.
    public var recipients: [Address]
    /// What to tell.
    public var content: Content
    /// Values for single recipients, which go before those of the content. The keys are addresses as they stand in
    /// ``recipients``; of one that is named twice, the first counts. Only for content from a template.
    public var individualParameters: [Address: [String: String]]
    /// Why; `nil` takes the template's category, and `notification` for text.
    public var category: Category?
    /// On which path.
    public var channel: Channel
    /// Marks for routing rules.
    public var tags: [Tag]
    /// The receivers' language; chooses texts and bindings.
    public var locale: LocaleTag?
    /// The time from the call to the outcome: a message that cannot be sent within it is given up. The route's own limit
    /// counts where it is shorter; the category's default counts only where neither is given.
    public var deadline: Duration?
    /// When the message is worth nothing any more: it is never sent later, and a send under way ends then. By the calendar
    /// clock of this machine.
    public var expires: WallTime?

    /// Describes a message.
    public init(
        id: MessageID? = nil, to recipients: [Address], content: Content, category: Category? = nil,
        channel: Channel = .sms, tags: [Tag] = [], locale: LocaleTag? = nil, deadline: Duration? = nil,
        expires: WallTime? = nil, individualParameters: [Address: [String: String]] = [:]
    ) {
        self.id = id
        self.recipients = recipients
        self.content = content
        self.individualParameters = individualParameters
        self.category = category
        self.channel = channel
        self.tags = tags
        self.locale = locale
        self.deadline = deadline
        self.expires = expires
    }

    /// Describes a message made from a template.
    public init(
        id: MessageID? = nil, to recipients: [Address], template: TemplateName, parameters: [String: String] = [:],
        category: Category? = nil, channel: Channel = .sms, tags: [Tag] = [], locale: LocaleTag? = nil,
        deadline: Duration? = nil, expires: WallTime? = nil, individualParameters: [Address: [String: String]] = [:]
    ) {
        self.init(
            id: id, to: recipients, content: .template(template, parameters: parameters), category: category,
            channel: channel, tags: tags, locale: locale, deadline: deadline, expires: expires,
            individualParameters: individualParameters)
    }
}

extension Message.Content: MaskedDescription {
    /// The template and the names of the parameters given, or the length of the text.
    public var description: String {
        switch self {
        case .template(let name, let parameters):
            "template \(name) (\(parameters.keys.sorted().joined(separator: ", ")))"
        case .text(let text): "text of \(text.count) characters"
        }
    }
}

extension Message: MaskedDescription {
    /// Id, path, content without values, and the number of recipients.
    public var description: String {
        "message \(id?.rawValue ?? "without id"): \(channel.rawValue), \(content), \(recipients.count) recipients"
    }
}
