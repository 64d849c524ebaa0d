public import NotificationGateway

/// Makes a vendor's words fit for logs: what the request said in confidence is taken out of what the vendor says about
/// it.
public struct TextRedaction: Sendable {
    private struct Pattern: Sendable {
        var hidden: [UInt8]
        var shown: [UInt8]
    }

    /// Shorter numbers are looked for only as a whole run of digits: within longer runs they stand by chance.
    private static let shortestNumberWithin = 7

    private var patterns: [Pattern] = []
    private var numbers: [[UInt8]: [UInt8]] = [:]

    /// Starts with nothing to hide.
    public init() {}

    /// Hides a text wherever it stands, as it is or as a JSON string or a URL spells it.
    ///
    /// Texts of less than four bytes are not searched: they stand everywhere by chance. `shown` must not be empty.
    public mutating func hide(_ text: String, as shown: String = Mask.hidden) {
        precondition(!shown.isEmpty, "a reader should see that something is hidden")
        guard text.utf8.count >= 4 else { return }
        var spellings = [text]
        for spelling in Self.spellings(of: text) where !spellings.contains(spelling) { spellings.append(spelling) }
        patterns += spellings.map { Pattern(hidden: Self.printable($0, limit: .max), shown: Array(shown.utf8)) }
    }

    private static func spellings(of text: String) -> [String] {
        var json = ByteWriter()
        var once = ByteWriter()
        var twice = ByteWriter()
        json.appendJSONString(text)
        once.appendPercentEncoded(text)
        twice.appendTwicePercentEncoded(text)
        return [String(json.string.dropFirst().dropLast()), once.string, twice.string]
    }

    /// Hides a phone number in every spelling of its digits: national, with calling code, with a prefix before it.
    public mutating func hide(_ number: PhoneNumber) {
        let masked = Array(number.masked.utf8)
        for spelling in [number.nationalDigits, number.digits, "00" + number.digits] {
            numbers[Array(spelling.utf8)] = masked
        }
    }

    /// The text, at most `limit` bytes of it, on one line, without what is to be hidden.
    public func redact(_ text: String, limit: Int = 500) -> String {
        let longest = patterns.reduce(16) { max($0, $1.hidden.count) }
        // As much as can come to stand within the limit, so that nothing hidden is cut in two before it is found.
        let bytes = Self.printable(text, limit: (min(limit, 1 << 20) + 2) * longest)
        var scan = Scan(bytes: bytes, patterns: Dictionary(grouping: patterns) { $0.hidden[0] }, numbers: numbers)
        return scan.result(limit: limit)
    }

    /// The text's bytes with a space for every control character, line break and mark that turns the writing direction.
    private static func printable(_ text: String, limit: Int) -> [UInt8] {
        var result: [UInt8] = []
        for scalar in text.unicodeScalars {
            if result.count >= limit { break }
            if isControl(scalar.value) {
                result.append(0x20)
            } else {
                result += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            }
        }
        return result
    }

    private static func isControl(_ value: UInt32) -> Bool {
        switch value {
        case 0..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// One pass over a text.
    private struct Scan {
        let bytes: [UInt8]
        /// By their first byte; the longest first, since one may be the beginning of another.
        let patterns: [UInt8: [Pattern]]
        let numbers: [[UInt8]: [UInt8]]
        /// Of numbers; the longest first.
        let numberLengths: [Int]
        private var runStart = 0
        private var runEnd = 0

        init(bytes: [UInt8], patterns: [UInt8: [Pattern]], numbers: [[UInt8]: [UInt8]]) {
            self.bytes = bytes
            self.patterns = patterns.mapValues { $0.sorted { $0.hidden.count > $1.hidden.count } }
            self.numbers = numbers
            numberLengths = Set(numbers.keys.map(\.count)).sorted(by: >)
        }

        mutating func result(limit: Int) -> String {
            var output: [UInt8] = []
            var index = 0
            while index < bytes.count, output.count <= limit {
                if let (count, shown) = number(at: index) ?? pattern(at: index) {
                    output += shown
                    index += count
                } else {
                    output.append(bytes[index])
                    index += 1
                }
            }
            guard output.count > limit else { return String(decoding: output, as: UTF8.self) }
            var end = limit
            // Back to the border of a character.
            while end > 0, output[end] & 0xC0 == 0x80 { end -= 1 }
            return String(decoding: output[..<end], as: UTF8.self) + "…"
        }

        private func pattern(at index: Int) -> (count: Int, shown: [UInt8])? {
            patterns[bytes[index]]?.first { bytes[index...].starts(with: $0.hidden) }.map {
                ($0.hidden.count, $0.shown)
            }
        }

        private mutating func number(at index: Int) -> (count: Int, shown: [UInt8])? {
            guard !numbers.isEmpty, Self.isDigit(bytes[index]) else { return nil }
            if index >= runEnd {
                runStart = index
                runEnd = bytes[index...].firstIndex { !Self.isDigit($0) } ?? bytes.count
            }
            for length in numberLengths where index + length <= runEnd {
                let isWholeRun = index == runStart && index + length == runEnd
                guard isWholeRun || length >= TextRedaction.shortestNumberWithin else { continue }
                if let shown = numbers[Array(bytes[index..<(index + length)])] { return (length, shown) }
            }
            return nil
        }

        private static func isDigit(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
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

    /// Template parameters as a JSON object whose values are hidden: `{"code":"***","product":"***"}`.
    public static func parameters(_ parameters: [ProviderContent.Parameter]) -> String {
        var json = ByteWriter()
        json.append(UInt8(ascii: "{"))
        for (index, parameter) in parameters.enumerated() {
            if index > 0 { json.append(UInt8(ascii: ",")) }
            json.appendJSONString(parameter.name)
            json.append(UInt8(ascii: ":"))
            json.appendJSONString(hidden)
        }
        json.append(UInt8(ascii: "}"))
        return json.string
    }
}
