import Foundation
import HTTPProviderSupport

/// The text on disk. Written and read once for every message, so neither goes through `Codable`: an encoder's containers cost
/// more than the insertion.
extension StoredMessage {
    /// The message as JSON, with its members in the order of their names.
    var json: String {
        var writer = JSONObjectWriter()
        writer.object { writer in
            writer.member("category", category)
            writer.member("channel", channel)
            writer.member("deadlineNanoseconds", deadlineNanoseconds)
            writer.member("expiresNanoseconds", expiresNanoseconds)
            writer.member("id", id)
            if let individualParameters {
                writer.name("individualParameters")
                writer.array(individualParameters) { writer, values in
                    writer.object { writer in
                        writer.name("address")
                        values.address.write(to: &writer)
                        writer.member("parameters", values.parameters)
                    }
                }
            }
            writer.member("locale", locale)
            writer.member("parameters", parameters)
            writer.name("recipients")
            writer.array(recipients) { writer, address in address.write(to: &writer) }
            if let tags {
                writer.name("tags")
                writer.array(tags) { writer, tag in writer.string(tag) }
            }
            writer.member("template", template)
            writer.member("text", text)
        }
        return writer.text()
    }

    /// Reads what ``json`` or an older version wrote.
    ///
    /// - Throws: ``Unreadable`` or what the decoder says, when it is neither.
    init(json: String) throws {
        if let message = Self.plain(json) {
            self = message
        } else {
            // Whatever the quick way does not take is for the thorough one to judge.
            self = try JSONDecoder().decode(StoredMessage.self, from: Data(json.utf8))
        }
    }

    /// A message with the usual members alone; `nil` for every other.
    private static func plain(_ json: String) -> StoredMessage? {
        guard let document = try? JSONValue(parsing: Array(json.utf8)), case .object(let members) = document else {
            return nil
        }
        var message = StoredMessage(recipients: [], channel: "")
        var required = 2
        for member in members {
            switch (member.name, member.value) {
            case ("category", .string(let text)): message.category = text
            case ("channel", .string(let text)): (message.channel, required) = (text, required - 1)
            case ("id", .string(let text)): message.id = text
            case ("locale", .string(let text)): message.locale = text
            case ("template", .string(let text)): message.template = text
            case ("text", .string(let text)): message.text = text
            case ("parameters", let value):
                guard let parameters = texts(value) else { return nil }
                message.parameters = parameters
            case ("recipients", .array(let elements)):
                let recipients = elements.compactMap(StoredAddress.init)
                guard recipients.count == elements.count else { return nil }
                (message.recipients, required) = (recipients, required - 1)
            case ("tags", .array(let elements)):
                let tags = elements.compactMap(\.string)
                guard tags.count == elements.count else { return nil }
                message.tags = tags
            case ("deadlineNanoseconds", .number(let text)):
                guard let number = Int64(text) else { return nil }
                message.deadlineNanoseconds = number
            case ("expiresNanoseconds", .number(let text)):
                guard let number = Int64(text) else { return nil }
                message.expiresNanoseconds = number
            default: return nil
            }
        }
        return required == 0 ? message : nil
    }

    private static func texts(_ value: JSONValue) -> [String: String]? {
        guard case .object(let members) = value else { return nil }
        var texts: [String: String] = [:]
        for member in members {
            guard let text = member.value.string else { return nil }
            texts[member.name] = text
        }
        return texts
    }
}

extension StoredMessage.StoredAddress {
    fileprivate func write(to writer: inout JSONObjectWriter) {
        writer.object { writer in
            writer.member("chat", chat)
            writer.member("device", device)
            writer.member("email", email)
            writer.member("phone", phone)
            writer.member("text", text)
            writer.member("webhook", webhook)
        }
    }

    /// An address of one member; `nil` for every other.
    fileprivate init?(_ value: JSONValue) {
        guard case .object(let members) = value, members.count == 1, let text = members[0].value.string else {
            return nil
        }
        self.init()
        switch members[0].name {
        case "text": self.text = text
        case "phone": phone = text
        case "email": email = text
        case "webhook": webhook = text
        case "chat": chat = text
        case "device": device = text
        default: return nil
        }
    }
}
