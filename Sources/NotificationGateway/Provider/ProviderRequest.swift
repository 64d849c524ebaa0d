/// One request to one provider: what an Attempt carries.
public struct ProviderRequest: Sendable {
    /// The message that this request is part of.
    public var messageID: MessageID
    /// Identifies this request alone: the message id plus a number, at most 220 bytes. Vendors echo it, look-ups match it.
    public var reference: String
    /// The receivers, at most as many as the provider declares.
    public var recipients: [Recipient]
    /// The path.
    public var channel: Channel
    /// Why the message is sent.
    public var category: Category
    /// What to say.
    public var content: ProviderContent
    /// What to say to each recipient, in their order, where that differs in parameters or text; else empty, and ``content`` is
    /// for all. Never given to a provider whose ``Capabilities/maxIndividualRecipients`` is 1.
    public var individualContents: [ProviderContent] = []
    /// 1 for the first request to this provider for these recipients, 2 for its first retry, …
    public var attempt: Int
    /// When the caller stops waiting.
    public var deadline: MonotonicTime
    /// Makes this a copy, byte for byte, of an earlier request with the same reference, recipients and content. Only ever one
    /// that this provider handed out; `nil` for a request of its own.
    public var replay: ReplayToken? {
        get { rareReplay.value }
        set { rareReplay.value = newValue }
    }
    private var rareReplay: Rare<ReplayToken>

    /// Describes a request.
    public init(
        messageID: MessageID, reference: String, recipients: [Recipient], channel: Channel = .sms,
        category: Category = .notification, content: ProviderContent, attempt: Int = 1,
        deadline: MonotonicTime, replay: ReplayToken? = nil
    ) {
        self.messageID = messageID
        self.reference = reference
        self.recipients = recipients
        self.channel = channel
        self.category = category
        self.content = content
        self.attempt = attempt
        self.deadline = deadline
        rareReplay = Rare(replay)
    }
}

/// The content of a request, already bound to the provider.
public struct ProviderContent: Sendable {
    /// One template parameter under the vendor's name.
    public struct Parameter: Sendable, Hashable {
        /// The vendor's name for it.
        public var name: String
        /// Its value. Personal data: not for logs.
        public var value: String

        /// Pairs a name with a value.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The logical template; `nil` for a message of finished text.
    public var template: TemplateName?
    /// The values of the template's parameters, renamed by the binding, constants included, in the order of declaration.
    public var parameters: [Parameter]
    /// The finished local text, when the provider takes text and the template has one.
    public var text: String?
    /// The binding's fields (vendor template code, sign name, …), as the kind's binding schema declares them.
    public var binding: OptionValues
    /// The locale that text and binding were chosen for.
    public var locale: LocaleTag?

    /// Describes content.
    public init(
        template: TemplateName? = nil, parameters: [Parameter] = [], text: String? = nil,
        binding: OptionValues = OptionValues(), locale: LocaleTag? = nil
    ) {
        self.template = template
        self.parameters = parameters
        self.text = text
        self.binding = binding
        self.locale = locale
    }
}

extension ProviderContent.Parameter: MaskedDescription {
    /// The name alone.
    public var description: String { "\(name)=***" }
}

extension ProviderContent: MaskedDescription {
    /// The template, the names of its parameters and the length of the text.
    public var description: String {
        let names = parameters.map(\.description).joined(separator: ", ")
        let length = text.map { ", text of \($0.count) characters" } ?? ""
        return "\(template.map { "template \($0)" } ?? "no template") (\(names))\(length)"
    }
}

extension ProviderRequest: MaskedDescription {
    /// Reference, path, content without values, and the masked recipients.
    public var description: String {
        "request \(reference), attempt \(attempt): \(channel.rawValue), \(category.rawValue), \(content), to \(recipients)"
    }
}
