import Synchronization

/// What every request of a message says, whichever provider carries it. A class, so that handing it to a driver costs one
/// reference.
final class PreparedMessage: Sendable {
    let id: MessageID
    let channel: Channel
    let category: Category
    let locale: LocaleTag?
    /// `nil` for a message of finished text.
    let template: CompiledTemplate?
    /// The template's values in the order of declaration; none where each recipient has values of its own.
    let values: [String?]
    let text: String?
    /// The message's own limit.
    let deadline: Duration?
    /// The time to its expiry.
    let timeLeft: Duration?
    private let lastRequest = Atomic<Int>(0)

    init(
        id: MessageID, channel: Channel, category: Category, locale: LocaleTag?, template: CompiledTemplate?,
        values: [String?], text: String?, deadline: Duration?, timeLeft: Duration? = nil
    ) {
        self.id = id
        self.channel = channel
        self.category = category
        self.locale = locale
        self.template = template
        self.values = values
        self.text = text
        self.deadline = deadline
        self.timeLeft = timeLeft
    }

    /// No later than the message's expiry.
    func limited(_ deadline: Duration) -> Duration { timeLeft.map { min($0, deadline) } ?? deadline }

    /// Numbers the message's requests, across its batches, from 1.
    func nextRequestNumber() -> Int { lastRequest.add(1, ordering: .relaxed).newValue }
}

/// A message after everything that needs no provider: ids made, recipients read, values checked, routes found.
struct Preparation: Sendable {
    /// Recipients that one route takes in one way: the same country, so that every binding choice fits all of them.
    struct Batch: Sendable {
        var route: Int
        var country: CountryCode?
        /// Places in ``Preparation/results``.
        var places: [Int]
        var recipients: [Recipient]
    }

    let message: PreparedMessage
    /// The template's values for each recipient, by its place in ``results``; empty where all have the same.
    var individualValues: [[String?]] = []
    /// One for each distinct recipient; those that a batch will decide are filled in later.
    var results: [RecipientResult] = []
    var batches: [Batch] = []
}

extension PreparedMessage {
    /// The content for a provider.
    ///
    /// - Throws: reason `unsupported` when the provider cannot carry this message.
    func content(
        for provider: ActiveProvider, country: CountryCode?, values: [String?]
    ) throws(ProviderError) -> ProviderContent {
        let capabilities = provider.capabilities
        guard capabilities.carry(channel) else {
            throw unsupported("provider '\(provider.name)' does not carry \(channel.rawValue)")
        }
        let takesText = capabilities.takesText
        guard let template else {
            guard takesText else {
                throw unsupported("provider '\(provider.name)' takes templates only, not finished text")
            }
            return ProviderContent(text: text, locale: locale)
        }
        let choice = template.choice(for: provider.name, country: country, locale: locale)
        if choice == nil, !takesText {
            let place =
                (country.map { " that serves \($0)" } ?? "") + (locale.map { " in the language \($0)" } ?? "")
            throw unsupported("template '\(template.name)' has no binding\(place) for provider '\(provider.name)'")
        }
        let text = takesText ? template.text(for: locale, values: values) : nil
        if takesText, text == nil, choice == nil, !capabilities.takesVendorTemplates {
            throw unsupported("template '\(template.name)' has no text for provider '\(provider.name)'")
        }
        return ProviderContent(
            template: template.name, parameters: template.vendorParameters(choice, values: values), text: text,
            binding: choice?.choice.fields ?? OptionValues(), locale: locale)
    }

    private func unsupported(_ message: String) -> ProviderError {
        ProviderError(.unsupported, .rejected, message: message)
    }
}
