public import NotificationGateway

/// Makes a vendor's words fit for logs: what the request said in confidence is taken out of what the vendor says about it.
public struct TextRedaction: Sendable {
    private var replacements: [(hidden: String, shown: String)] = []
    private var numbers: [String: String] = [:]

    /// Starts with nothing to hide.
    public init() {}

    /// Hides a text wherever it stands. Texts of less than four bytes are not searched: they stand everywhere by chance.
    public mutating func hide(_ text: String, as shown: String = "***") {
        if text.utf8.count >= 4 { replacements.append((text, shown)) }
    }

    /// Hides a phone number in every spelling of its digits: national, with calling code, with a prefix before it.
    public mutating func hide(_ number: PhoneNumber) {
        numbers[number.nationalDigits] = number.masked
        numbers[number.digits] = number.masked
        numbers["00" + number.digits] = number.masked
    }

    /// The text, at most `limit` bytes of it, on one line, without what is to be hidden.
    public func redact(_ text: String, limit: Int = 500) -> String {
        var result = Self.printable(text, limit: max(limit * 4, 4_096))
        // Longer texts first: one may be part of another.
        for (hidden, shown) in replacements.sorted(by: { $0.hidden.utf8.count > $1.hidden.utf8.count })
        where result.contains(hidden) {
            result = Self.replacing(hidden, by: shown, in: result)
        }
        return Self.printable(maskNumbers(result), limit: limit)
    }

    private func maskNumbers(_ text: String) -> String {
        guard !numbers.isEmpty else { return text }
        var result = ""
        var run = ""
        for scalar in text.unicodeScalars {
            if ("0"..."9").contains(scalar) {
                run.unicodeScalars.append(scalar)
            } else {
                result += numbers[run] ?? run
                run = ""
                result.unicodeScalars.append(scalar)
            }
        }
        return result + (numbers[run] ?? run)
    }

    private static func replacing(_ hidden: String, by shown: String, in text: String) -> String {
        let pattern = Array(hidden.utf8)
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index...].starts(with: pattern) {
                result += Array(shown.utf8)
                index += pattern.count
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The text without control characters, cut at a character's border.
    private static func printable(_ text: String, limit: Int) -> String {
        var result = ""
        var count = 0
        for scalar in text.unicodeScalars {
            count += UTF8.width(scalar)
            if count > limit { return result + "…" }
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            result.unicodeScalars.append(isControl ? " " : scalar)
        }
        return result
    }
}

/// Masks for previews.
public enum Mask {
    /// Stands for what is hidden whole.
    public static let hidden = "***"

    /// The first and last four characters of an id that is no secret but need not be spread; short ones vanish.
    public static func identifier(_ text: String) -> String {
        text.count < 12 ? hidden : "\(text.prefix(4))***\(text.suffix(4))"
    }

    /// The names of template parameters with their values hidden: `{code: ***, product: ***}`.
    public static func parameters(_ parameters: [ProviderContent.Parameter]) -> String {
        "{" + parameters.map { "\($0.name): \(hidden)" }.joined(separator: ", ") + "}"
    }
}
