/// Turns a message into batches for routes, without any provider. Pure but for the random id.
struct MessagePlanner: Sendable {
    /// The longest message id, in bytes: references add a number to it and must stay under the vendors' 255.
    static let longestMessageID = 200

    let defaultCountry: CountryCode?
    let defaultLocale: LocaleTag?
    let templates: [TemplateName: CompiledTemplate]
    let router: Router

    /// Prepares a message; a fault of the whole message becomes the result of each of its recipients.
    func prepare(_ message: Message, random: any RandomSource, timeLeft: Duration? = nil) -> Preparation {
        let id = message.id ?? MessageID(rawValue: random.identifier())
        do throws(ProviderError) {
            var preparation = Preparation(message: try check(message, id, timeLeft))
            try checkIndividualParameters(of: message)
            addRecipients(of: message, to: &preparation)
            return preparation
        } catch {
            let unusable = PreparedMessage(
                id: id, channel: message.channel, category: message.category ?? .notification, locale: message.locale,
                template: nil, values: [], text: nil, deadline: message.deadline)
            let results = message.recipients.map { address in
                // The number is no less a number because the message is wrong.
                RecipientResult(
                    given: address, recipient: try? read(address, channel: message.channel), outcome: .rejected,
                    error: error)
            }
            return Preparation(message: unusable, results: results)
        }
    }

    /// Checks what is the same for all recipients.
    func check(
        _ message: Message, _ id: MessageID, _ timeLeft: Duration?
    ) throws(ProviderError) -> PreparedMessage {
        guard !id.rawValue.isEmpty, id.rawValue.utf8.count <= Self.longestMessageID else {
            throw ProviderError(
                .invalidRequest, .rejected, message: "a message id has 1 to \(Self.longestMessageID) bytes")
        }
        // It stands in logs, journals and vendors' records, each of which would break at another line.
        guard !id.rawValue.hasControlCharacters else {
            throw ProviderError(
                .invalidRequest, .rejected, message: "a message id has no control characters, such as line breaks")
        }
        if let timeLeft, timeLeft <= .zero {
            throw ProviderError(
                .deadlineExceeded, .rejected,
                message: "the message expired \((.zero - timeLeft).words) ago; it is not sent late")
        }
        let locale = message.locale ?? defaultLocale
        switch message.content {
        case .text(let text):
            guard !text.isEmpty else {
                throw ProviderError(.invalidContent, .rejected, message: "the message's text is empty")
            }
            guard message.individualParameters.isEmpty else {
                throw ProviderError(
                    .invalidRequest, .rejected, message: "finished text has no parameters, of nobody's own either")
            }
            return PreparedMessage(
                id: id, channel: message.channel, category: message.category ?? .notification, locale: locale,
                template: nil, values: [], text: text, deadline: message.deadline, timeLeft: timeLeft)
        case .template(let name, let parameters):
            guard let template = templates[name] else { throw unknownTemplate(name) }
            return PreparedMessage(
                id: id, channel: message.channel, category: message.category ?? template.category, locale: locale,
                template: template,
                values: message.individualParameters.isEmpty ? try template.values(from: parameters) : [], text: nil,
                deadline: message.deadline, timeLeft: timeLeft)
        }
    }

    private func unknownTemplate(_ name: TemplateName) -> ProviderError {
        let known = templates.keys.sorted().prefix(20).map(\.rawValue).joined(separator: ", ")
        return ProviderError(
            .invalidRequest, .rejected,
            message: "there is no template '\(name)'; configured are: \(known.isEmpty ? "none" : known)")
    }

    // MARK: Recipients

    private func addRecipients(of message: Message, to preparation: inout Preparation) {
        preparation.results.reserveCapacity(message.recipients.count)
        // One recipient is the common case and needs neither a set of those seen nor a table of batches.
        let isSingle = message.recipients.count == 1
        var seen: Set<Recipient> = []
        var batches: [BatchKey: Int] = [:]
        for address in message.recipients {
            let recipient: Recipient
            do throws(InvalidAddress) { recipient = try read(address, channel: message.channel) } catch {
                preparation.results.append(Self.unreadable(address, error))
                if !message.individualParameters.isEmpty { preparation.individualValues.append([]) }
                continue
            }
            guard isSingle || seen.insert(recipient).inserted else { continue }
            var error = addValues(of: message, address, to: &preparation)
            if error == nil {
                if let route = route(for: recipient, tags: message.tags, in: preparation.message) {
                    let key = BatchKey(route: route, country: recipient.country)
                    add(recipient, key, isSingle ? nil : batches[key], to: &preparation)
                    if !isSingle, batches[key] == nil { batches[key] = preparation.batches.count - 1 }
                } else {
                    error = Self.noRoute
                }
            }
            preparation.results.append(
                RecipientResult(given: address, recipient: recipient, outcome: .rejected, error: error))
        }
    }

    private static func unreadable(_ address: Address, _ error: InvalidAddress) -> RecipientResult {
        RecipientResult(
            given: address, recipient: nil, outcome: .rejected,
            error: ProviderError(.invalidRecipient, .rejected, message: error.description))
    }

    private static let noRoute = ProviderError(
        .configuration, .rejected, message: "no route takes this message; add a route without match")

    /// Shared by all messages to one recipient.
    private static let firstPlace = [0]

    /// A value for nobody would go to nobody, silently.
    func checkIndividualParameters(of message: Message) throws(ProviderError) {
        guard !message.individualParameters.isEmpty else { return }
        let recipients = Set(message.recipients)
        guard message.individualParameters.keys.allSatisfy(recipients.contains) else {
            throw ProviderError(
                .invalidRequest, .rejected,
                message: "there are parameters for an address that is not among the recipients, as it is written there")
        }
    }

    /// Adds a recipient's own values, where any recipient has such.
    ///
    /// - Returns: what is wrong with them; nobody else's fault.
    private func addValues(
        of message: Message, _ address: Address, to preparation: inout Preparation
    ) -> ProviderError? {
        guard !message.individualParameters.isEmpty, case .template(_, let parameters) = message.content,
            let template = preparation.message.template
        else { return nil }
        let own = message.individualParameters[address] ?? [:]
        do throws(ProviderError) {
            preparation.individualValues.append(try template.values(from: parameters.merging(own) { $1 }))
            return nil
        } catch {
            preparation.individualValues.append([])
            return error
        }
    }

    private struct BatchKey: Hashable {
        var route: Int
        var country: CountryCode?
    }

    /// Adds a recipient, whose result comes next, to a batch or a new one.
    private func add(_ recipient: Recipient, _ key: BatchKey, _ batch: Int?, to preparation: inout Preparation) {
        let place = preparation.results.count
        if let batch {
            preparation.batches[batch].places.append(place)
            preparation.batches[batch].recipients.append(recipient)
        } else {
            preparation.batches.append(
                Preparation.Batch(
                    route: key.route, country: key.country, places: place == 0 ? Self.firstPlace : [place],
                    recipients: [recipient]))
        }
    }

    private func route(for recipient: Recipient, tags: [Tag], in prepared: PreparedMessage) -> Int? {
        router.firstMatch(
            Router.Subject(
                channel: prepared.channel, category: prepared.category, country: recipient.country,
                template: prepared.template?.place, tags: tags, number: recipient.phoneNumber))
    }

    private func read(_ address: Address, channel: Channel) throws(InvalidAddress) -> Recipient {
        switch address {
        case .recipient(let recipient):
            guard recipient.fits(channel) else {
                throw InvalidAddress("this kind of address cannot be reached by \(channel.rawValue)")
            }
            return recipient
        case .text(let text): return try Recipient(text, channel: channel, defaultCountry: defaultCountry)
        }
    }
}

extension Recipient {
    /// Reads an address in any usual spelling for a channel.
    ///
    /// - Throws: ``InvalidAddress`` that says what is expected.
    public init(_ text: String, channel: Channel, defaultCountry: CountryCode? = nil) throws(InvalidAddress) {
        switch channel {
        case .sms, .voice:
            do throws(PhoneNumber.Invalid) {
                self = .phone(try PhoneNumber(parsing: text, defaultCountry: defaultCountry))
            } catch {
                throw InvalidAddress(error.description)
            }
        case .email: self = .email(try EmailAddress(text))
        case .chat: self = .chat(try ChatAddress(text))
        case .push: self = .device(try DeviceToken(text))
        case .webhook: self = .webhook(try WebhookURL(text))
        }
    }

    /// Whether this kind of address can be reached on a channel.
    public func fits(_ channel: Channel) -> Bool {
        switch (self, channel) {
        case (.phone, .sms), (.phone, .voice), (.email, .email), (.chat, .chat), (.device, .push), (.webhook, .webhook):
            true
        default: false
        }
    }
}

extension String {
    /// Whether there is any of U+0000 … U+001F and U+007F … U+009F; the latter are C2 80 … C2 9F in UTF-8.
    fileprivate var hasControlCharacters: Bool {
        var isAfterC2 = false
        for byte in utf8 {
            if byte < 0x20 || byte == 0x7F || (isAfterC2 && byte < 0xA0) { return true }
            isAfterC2 = byte == 0xC2
        }
        return false
    }
}
