import NotificationGateway

/// What stands in every secret and every personal field of a test, and must be seen nowhere.
enum Canary {
    static let keyID = "LTAIcanaryid71c3"
    static let secret = "canary-secret-71c3"
    static let token = "canary-token-71c3"
    static let proxyPassword = "canary-proxy-71c3"
    static let code = "73046158"
    static let name = "canary <name> \"71c3\" & 云"
    static let text = "canary text 71c3, é 100%"
    static let tag = "canary.tag.71c3"
    static let number = "13917260435"
    /// A second one, from abroad.
    static let foreignNumber = "+44 7817 260439"
    static let email = "canary.box.71c3@example.com"
    static let webhook = "https://user:canary-hook-71c3@hooks.example.com/canary-path-71c3?key=canary-key-71c3"
    static let chat = "canary-room-71c3"
    static let device = "canary-device-71c3"
    /// A parameter's default and a binding's constant, both from outside the configuration's file.
    static let defaultValue = "canary-default-71c3"
    static let constant = "canary-constant-71c3"

    /// Words of a vendor that repeats all that it was told of a message to ``number``, and secrets that it should not know.
    static let echo = echo(of: numberSpellings, [name, text, defaultValue, constant])
    /// The same of a code.
    static let echoOfCode = echo(of: numberSpellings, [code])
    /// The same of a code for abroad.
    static let echoAbroad = echo(of: ["00447817260439", "+44 7817 260439", "07817-260439"], [code])
    /// The same where the vendor was only asked about a number.
    static let echoOfQuestion = echo(of: numberSpellings, [])

    private static let numberSpellings = [
        "+8613917260435", "13917260435", "008613917260435", "139 1726 0435", "+86-139-1726-0435", "(+86) 139.1726.0435",
    ]

    /// As it is, and as it stands in what is signed.
    static func echo(of numbers: [String], _ values: [String]) -> String {
        var words = ["refused"] + numbers + [secret, token, keyID]
        for value in values {
            let json = value.replacing("\"", with: "\\\"")
            words += [value, json, value.percentEncoded, json.percentEncoded, json.percentEncoded.percentEncoded]
            words.append(json.percentEncoded.replacing("%20", with: "+"))
        }
        return words.joined(separator: " ")
    }

    /// What must not be seen, and what it is called in a report.
    struct Mark: Sendable, Hashable {
        var name: String
        /// The part of the value that no mask shows.
        var value: String
    }

    static let secretMarks = [
        Mark(name: "the key's id", value: keyID), Mark(name: "the key's secret", value: secret),
        Mark(name: "the token", value: token), Mark(name: "the proxy's password", value: proxyPassword),
        Mark(name: "a default from outside", value: defaultValue), Mark(name: "a constant", value: constant),
        // Also of those that are cut short.
        Mark(name: "a canary", value: "canary-"),
    ]

    /// Of numbers the middle, which masks hide, with as much around it that chance does not make it.
    static let numberMarks = [
        Mark(name: "the number", value: "91726043"), Mark(name: "the number abroad", value: "81726043"),
    ]

    static let personalMarks =
        numberMarks + [
            Mark(name: "the code", value: code), Mark(name: "the name", value: name),
            Mark(name: "the text", value: text),
            Mark(name: "the tag", value: tag), Mark(name: "the mailbox", value: "canary.box.71c3"),
            Mark(name: "the webhook's password", value: "canary-hook-71c3"),
            Mark(name: "the webhook's path", value: "canary-path-71c3"),
            Mark(name: "the webhook's key", value: "canary-key-71c3"), Mark(name: "the chat", value: chat),
            Mark(name: "the device", value: device),
        ]

    static let marks = secretMarks + personalMarks

    private static let search = CanarySearch(marks)

    /// Where texts give a canary away: which, in which form, and what stands around it.
    static func leaks(in texts: [String]) -> [String] { search.leaks(in: texts).map(\.description) }

    /// The names of those that texts give away.
    static func found(in texts: [String]) -> Set<String> { Set(search.leaks(in: texts).map(\.mark.name)) }

    /// A value in every form in which it may reach a log without anybody meaning it.
    static func shown(_ value: Any) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        return ["\(value)", String(reflecting: value), "\([value])", dumped]
    }
}

extension String {
    /// With every byte escaped that is not unreserved in a URL (RFC 3986, section 2.3).
    var percentEncoded: String {
        utf8.map { byte in
            let scalar = Unicode.Scalar(byte)
            let isPlain =
                scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789-._~".unicodeScalars.contains(scalar))
            return isPlain ? String(scalar) : "%" + byte.hexadecimal.uppercased()
        }.joined()
    }
}

extension UInt8 {
    /// Two digits.
    var hexadecimal: String { (self < 16 ? "0" : "") + String(self, radix: 16) }
}
