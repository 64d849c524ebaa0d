import NotificationGateway

/// A message in the form in which it lies on disk: JSON with the caller's own words.
///
/// Fields are only ever added, as optional ones: files of older versions must stay readable.
struct StoredMessage: Codable, Hashable {
    /// An address; exactly one field is set. Typed ones are kept by their kind.
    struct StoredAddress: Codable, Hashable {
        var text: String?
        var phone: String?
        var email: String?
        var webhook: String?
        var chat: String?
        var device: String?
    }

    /// The values of one recipient.
    struct Values: Codable, Hashable {
        var address: StoredAddress
        var parameters: [String: String]
    }

    var id: String?
    var recipients: [StoredAddress]
    var template: String?
    var parameters: [String: String]?
    var text: String?
    var individualParameters: [Values]?
    var category: String?
    var channel: String
    var tags: [String]?
    var locale: String?
    var deadlineNanoseconds: Int64?
    var expiresNanoseconds: Int64?
}

extension StoredMessage {
    init(_ message: Message) {
        id = message.id?.rawValue
        recipients = message.recipients.map(StoredAddress.init)
        switch message.content {
        case .template(let name, let parameters): (template, self.parameters) = (name.rawValue, parameters)
        case .text(let text): self.text = text
        }
        if !message.individualParameters.isEmpty {
            // In a fixed order: equal messages are stored as equal values.
            individualParameters = message.individualParameters.map { Values(address: .init($0), parameters: $1) }
                .sorted { $0.address.sortKey < $1.address.sortKey }
        }
        category = message.category?.rawValue
        channel = message.channel.rawValue
        tags = message.tags.isEmpty ? nil : message.tags.map(\.rawValue)
        locale = message.locale?.rawValue
        deadlineNanoseconds = message.deadline?.wholeNanoseconds
        expiresNanoseconds = message.expires?.nanosecondsSinceEpoch
    }

    /// The message again.
    ///
    /// - Throws: ``Unreadable`` when a field says what this version does not know.
    func message() throws(Unreadable) -> Message {
        guard let channel = Channel(rawValue: channel) else { throw Unreadable(field: "channel") }
        var category: Category?
        if let name = self.category {
            guard let known = Category(rawValue: name) else { throw Unreadable(field: "category") }
            category = known
        }
        var individual: [Address: [String: String]] = [:]
        for values in individualParameters ?? [] { individual[try values.address.address()] = values.parameters }
        var recipients: [Address] = []
        for recipient in self.recipients { recipients.append(try recipient.address()) }
        return Message(
            id: id.map(MessageID.init), to: recipients, content: try content(), category: category, channel: channel,
            tags: (tags ?? []).map(Tag.init), locale: locale.map(LocaleTag.init),
            deadline: deadlineNanoseconds.map(Duration.nanoseconds),
            expires: expiresNanoseconds.map(WallTime.init(nanosecondsSinceEpoch:)), individualParameters: individual)
    }

    private func content() throws(Unreadable) -> Message.Content {
        if let template { return .template(TemplateName(rawValue: template), parameters: parameters ?? [:]) }
        guard let text else { throw Unreadable(field: "text") }
        return .text(text)
    }

    /// A field that cannot be read; never with its value.
    struct Unreadable: Error, Hashable {
        var field: String
    }
}

extension StoredMessage.StoredAddress {
    init(_ address: Address) {
        switch address {
        case .text(let text): self.text = text
        case .recipient(.phone(let number)): phone = number.e164
        case .recipient(.email(let email)): self.email = email.rawValue
        case .recipient(.webhook(let url)): webhook = url.rawValue
        case .recipient(.chat(let chat)): self.chat = chat.rawValue
        case .recipient(.device(let token)): device = token.rawValue
        }
    }

    var sortKey: String { [text, phone, email, webhook, chat, device].compactMap { $0 }.joined() }

    func address() throws(StoredMessage.Unreadable) -> Address {
        if let text { return .text(text) }
        do {
            if let phone { return .recipient(.phone(try PhoneNumber(parsing: phone))) }
            if let email { return .recipient(.email(try EmailAddress(email))) }
            if let webhook { return .recipient(.webhook(try WebhookURL(webhook))) }
            if let chat { return .recipient(.chat(try ChatAddress(chat))) }
            if let device { return .recipient(.device(try DeviceToken(device))) }
        } catch {}
        throw StoredMessage.Unreadable(field: "recipients")
    }
}
