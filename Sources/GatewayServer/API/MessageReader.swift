import HTTPProviderSupport
import NotificationGateway

/// A message as a request describes it.
struct MessageDraft: Sendable {
    var message: Message
    var sendAt: WallTime?
    /// Where it stands in the request.
    var place: JSONPointer
}

/// Reads messages out of a document, and finds all that is wrong with their form in one pass.
struct MessageReader {
    /// Most recipients of one message.
    static let mostRecipients = 1_000
    /// Most messages of one request.
    static let mostMessages = 1_000
    private static let mostTags = 32
    private static let longestName = 200

    private(set) var faults: [Problem.Fault] = []

    /// The messages of a request: one, or those of a batch.
    ///
    /// - Throws: a problem with everything that is wrong.
    static func messages(in document: JSONValue) throws(Problem) -> (drafts: [MessageDraft], isBatch: Bool) {
        var reader = MessageReader()
        var drafts: [MessageDraft?] = []
        let batch = document["messages"]
        if let batch {
            reader.checkMembers(of: document, .root, known: ["messages"])
            let place = JSONPointer.root / "messages"
            let elements = batch.array ?? []
            if elements.isEmpty || elements.count > mostMessages {
                reader.fault(place, "expected 1 to \(mostMessages) messages")
            } else {
                drafts = elements.enumerated().map { reader.message($1, place / $0) }
            }
        } else {
            drafts = [reader.message(document, .root)]
        }
        guard reader.faults.isEmpty else {
            throw Problem(.invalidMessage, "the request does not describe a message", faults: reader.faults)
        }
        return (drafts.compactMap { $0 }, batch != nil)
    }

    private static let members: Set<String> = [
        "id", "to", "template", "parameters", "text", "individual_parameters", "category", "channel", "tags", "locale",
        "deadline", "expires", "send_at",
    ]

    private mutating func message(_ value: JSONValue, _ place: JSONPointer) -> MessageDraft? {
        guard case .object = value else {
            fault(place, "expected an object")
            return nil
        }
        let before = faults.count
        checkMembers(of: value, place, known: Self.members)
        let recipients = recipients(value["to"], place / "to")
        let content = content(value, place)
        let id = text(value, "id", place, longest: Self.longestName)
        // As a part of a path they mean another path.
        if id == "." || id == ".." { fault(place / "id", "'.' and '..' are no ids") }
        let message = Message(
            id: id.map(MessageID.init), to: recipients.map(Address.text), content: content ?? .text(""),
            category: word(value, "category", place), channel: word(value, "channel", place) ?? .sms,
            tags: tags(value["tags"], place / "tags"),
            locale: read(value, "locale", place, expected: "a language tag such as zh-CN") {
                LocaleTag.isWellFormed($0) ? LocaleTag(rawValue: $0) : nil
            },
            deadline: read(
                value, "deadline", place, expected: "a time such as 15s or 2m, at most \(UnitParser.longestDuration)"
            ) { UnitParser.duration($0).flatMap { $0 > .zero ? $0 : nil } },
            expires: time(value, "expires", place),
            individualParameters: individual(value["individual_parameters"], place / "individual_parameters"))
        let draft = MessageDraft(message: message, sendAt: time(value, "send_at", place), place: place)
        return faults.count == before ? draft : nil
    }

    // MARK: Members

    private mutating func recipients(_ value: JSONValue?, _ place: JSONPointer) -> [String] {
        if case .string(let text)? = value { return checked(text, place, longest: 512).map { [$0] } ?? [] }
        guard let elements = value?.array, (1...Self.mostRecipients).contains(elements.count) else {
            fault(place, "expected a recipient, or a list of 1 to \(Self.mostRecipients)")
            return []
        }
        return elements.enumerated().compactMap { string($1, place / $0, longest: 512) }
    }

    private mutating func content(_ value: JSONValue, _ place: JSONPointer) -> Message.Content? {
        switch (value["template"], value["text"]) {
        case (nil, nil), (_?, _?):
            fault(place, "expected either template or text")
            return nil
        case (let template?, nil):
            guard let name = string(template, place / "template", longest: Self.longestName) else { return nil }
            let parameters = parameters(value["parameters"], place / "parameters")
            return .template(TemplateName(rawValue: name), parameters: parameters)
        case (nil, let text?):
            for name in ["parameters", "individual_parameters"] where value[name] != nil {
                fault(place / name, "finished text has no parameters")
            }
            return string(text, place / "text", longest: .max).map { .text($0) }
        }
    }

    private mutating func parameters(_ value: JSONValue?, _ place: JSONPointer) -> [String: String] {
        guard let value else { return [:] }
        guard case .object(let members) = value else {
            fault(place, "expected an object of texts")
            return [:]
        }
        var parameters: [String: String] = [:]
        for member in members {
            guard !member.name.utf8.contains(0) else {
                fault(place, "a name has no U+0000")
                continue
            }
            parameters[member.name] = string(member.value, place / member.name, longest: .max, mayBeEmpty: true)
        }
        return parameters
    }

    private mutating func individual(_ value: JSONValue?, _ place: JSONPointer) -> [Address: [String: String]] {
        guard let value else { return [:] }
        guard case .object(let members) = value else {
            fault(place, "expected an object with parameters for recipients")
            return [:]
        }
        var individual: [Address: [String: String]] = [:]
        for member in members { individual[.text(member.name)] = parameters(member.value, place / member.name) }
        return individual
    }

    private mutating func tags(_ value: JSONValue?, _ place: JSONPointer) -> [Tag] {
        guard let value else { return [] }
        guard let elements = value.array, elements.count <= Self.mostTags else {
            fault(place, "expected a list of at most \(Self.mostTags) tags")
            return []
        }
        return elements.enumerated().compactMap { string($1, place / $0, longest: Self.longestName).map(Tag.init) }
    }

    private mutating func time(_ value: JSONValue, _ name: String, _ place: JSONPointer) -> WallTime? {
        read(
            value, name, place, expected: "a time such as 2026-11-24T12:00:00Z, before 2262", WallTime.init(timestamp:))
    }

    private mutating func word<Word: RawRepresentable<String> & CaseIterable>(
        _ value: JSONValue, _ name: String, _ place: JSONPointer
    ) -> Word? {
        read(
            value, name, place, expected: "one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))",
            Word.init(rawValue:))
    }

    // MARK: Values

    private mutating func read<Value>(
        _ value: JSONValue, _ name: String, _ place: JSONPointer, expected: @autoclosure () -> String,
        _ read: (String) -> Value?
    ) -> Value? {
        guard let member = value[name] else { return nil }
        guard let read = member.string.flatMap(read) else {
            fault(place / name, "expected \(expected())")
            return nil
        }
        return read
    }

    private mutating func text(_ value: JSONValue, _ name: String, _ place: JSONPointer, longest: Int) -> String? {
        value[name].flatMap { string($0, place / name, longest: longest) }
    }

    private mutating func string(
        _ value: JSONValue, _ place: JSONPointer, longest: Int, mayBeEmpty: Bool = false
    ) -> String? {
        guard let text = value.string else {
            fault(place, "expected a text")
            return nil
        }
        return checked(text, place, longest: longest, mayBeEmpty: mayBeEmpty)
    }

    private mutating func checked(
        _ text: String, _ place: JSONPointer, longest: Int, mayBeEmpty: Bool = false
    ) -> String? {
        guard mayBeEmpty || !text.isEmpty, text.utf8.count <= longest else {
            fault(place, longest == .max ? "the text is empty" : "expected 1 to \(longest) bytes")
            return nil
        }
        // Half of the world takes it for the end of a text.
        guard !text.utf8.contains(0) else {
            fault(place, "a text has no U+0000")
            return nil
        }
        return text
    }

    private mutating func checkMembers(of value: JSONValue, _ place: JSONPointer, known: Set<String>) {
        guard case .object(let members) = value else { return }
        for member in members where !known.contains(member.name) {
            fault(
                place / member.name.clipped,
                "there is no such member; there is \(known.sorted().joined(separator: ", "))")
        }
    }

    /// Beyond a hundred nobody reads on.
    private mutating func fault(_ place: JSONPointer, _ detail: String) {
        if faults.count < 100 { faults.append(Problem.Fault(place: .pointer(place), detail: detail)) }
    }
}

extension Problem {
    /// Why a body is no JSON, with the place as people count it.
    init(_ error: JSONError, in body: [UInt8]) {
        let before = body.prefix(error.offset)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let column = before.count - (before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0) + 1
        self.init(.malformedJSON, "line \(line), column \(column): \(error.fault.rawValue)")
    }
}
