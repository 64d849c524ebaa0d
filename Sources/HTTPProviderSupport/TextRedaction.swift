public import NotificationGateway

/// Makes a vendor's words fit for logs: what the request said in confidence is taken out of what the vendor says about
/// it.
public struct TextRedaction: Sendable {
    private struct Pattern: Sendable {
        var hidden: [UInt8]
        var shown: [UInt8]

        /// Shorter ones are found only where they stand alone: within words and numbers they stand by chance.
        var standsAnywhere: Bool { hidden.count >= 4 }
    }

    /// Shorter numbers are looked for only as a whole run of digits: within longer runs they stand by chance.
    private static let shortestNumberWithin = 7
    /// The bytes of seventeen digits of the widest kind, with all that may stand between them.
    private static let longestNumber = 320

    private var patterns: [Pattern] = []
    private var numbers: [[UInt8]: [UInt8]] = [:]

    /// Starts with nothing to hide.
    public init() {}

    /// Hides a text wherever it stands, as it is or as a JSON string, a URL or form, or JSON in these spell it.
    ///
    /// Texts of less than four bytes are found only where no letter or digit of the same script is beside them; those of
    /// blanks and punctuation alone are no secret. `shown` must not be empty.
    public mutating func hide(_ text: String, as shown: String = Mask.hidden) {
        precondition(!shown.isEmpty, "a reader should see that something is hidden")
        guard text.utf8.count >= 4 || text.unicodeScalars.contains(where: { CharacterClass($0) != .other }) else {
            return
        }
        var spellings = [text]
        for spelling in Self.spellings(of: text) where !spellings.contains(spelling) { spellings.append(spelling) }
        patterns += spellings.map { Pattern(hidden: Self.printable($0, limit: .max), shown: Array(shown.utf8)) }
    }

    private static func spellings(of text: String) -> [String] {
        var spellings: [String] = []
        var json = ByteWriter()
        json.appendJSONString(text)
        let quoted = String(json.string.dropFirst().dropLast())
        // What is signed holds JSON in a form, encoded once more.
        for spelling in [text, quoted] {
            var once = ByteWriter()
            var twice = ByteWriter()
            var form = ByteWriter()
            once.appendPercentEncoded(spelling)
            twice.appendTwicePercentEncoded(spelling)
            form.appendFormEncoded(spelling)
            spellings += [once.string, twice.string, form.string]
        }
        return spellings + [quoted]
    }

    /// Hides a phone number in every spelling: national, with calling code, with a prefix before it; in digits of any
    /// script, with blanks, hyphens, dots, slashes and brackets between them.
    public mutating func hide(_ number: PhoneNumber) {
        let masked = Array(number.masked.utf8)
        for spelling in [number.nationalDigits, number.digits, "00" + number.digits] {
            numbers[Array(spelling.utf8)] = masked
        }
    }

    /// Hides all that a message says in confidence.
    public mutating func hide(_ personalData: PersonalData) {
        for recipient in personalData.recipients {
            if case .phone(let number) = recipient {
                hide(number)
            } else {
                hide(recipient.address, as: recipient.masked)
            }
        }
        for text in personalData.texts { hide(text) }
    }

    /// The text, at most `limit` bytes of it, on one line, without what is to be hidden.
    public func redact(_ text: String, limit: Int = 500) -> String {
        let longest = patterns.reduce(numbers.isEmpty ? 16 : Self.longestNumber) { max($0, $1.hidden.count) }
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

    /// What a character may be part of.
    private enum CharacterClass {
        /// A word or a number.
        case word
        /// Writing without gaps between its words.
        case ideograph
        case other

        init(_ scalar: Unicode.Scalar) {
            let properties = scalar.properties
            self =
                properties.isIdeographic
                ? .ideograph : properties.isAlphabetic || properties.numericType != nil ? .word : .other
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
        private let digits: [DialledDigit]
        /// The first digit that is not passed yet.
        private var nextDigit = 0

        init(bytes: [UInt8], patterns: [UInt8: [Pattern]], numbers: [[UInt8]: [UInt8]]) {
            self.bytes = bytes
            self.patterns = patterns.mapValues { $0.sorted { $0.hidden.count > $1.hidden.count } }
            self.numbers = numbers
            numberLengths = Set(numbers.keys.map(\.count)).sorted(by: >)
            digits = numbers.isEmpty ? [] : DialledDigit.all(in: bytes)
        }

        mutating func result(limit: Int) -> String {
            var output: [UInt8] = []
            var index = 0
            while index < bytes.count, output.count <= limit {
                if let (count, shown) = number(at: index) {
                    output += DialledDigit.endsWithPlus(output) ? shown.dropFirst() : shown[...]
                    index += count
                } else if let (count, shown) = pattern(at: index) {
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
            patterns[bytes[index]]?.first { pattern in
                bytes[index...].starts(with: pattern.hidden)
                    && (pattern.standsAnywhere || standsAlone(index..<(index + pattern.hidden.count)))
            }.map { ($0.hidden.count, $0.shown) }
        }

        /// Whether no character beside a part of the text belongs to the same word.
        private func standsAlone(_ part: Range<Int>) -> Bool {
            [part.lowerBound, part.upperBound].allSatisfy { border in
                guard let before = scalar(endingAt: border), let after = scalar(at: border) else { return true }
                let (left, right) = (CharacterClass(before), CharacterClass(after))
                return left != right || left == .other
            }
        }

        private func scalar(at index: Int) -> Unicode.Scalar? {
            String(decoding: bytes[index...].prefix(4), as: UTF8.self).unicodeScalars.first
        }

        private func scalar(endingAt index: Int) -> Unicode.Scalar? {
            guard let start = bytes[..<index].lastIndex(where: { $0 & 0xC0 != 0x80 }) else { return nil }
            return String(decoding: bytes[start..<index], as: UTF8.self).unicodeScalars.first
        }

        private mutating func number(at index: Int) -> (count: Int, shown: [UInt8])? {
            while nextDigit < digits.count, digits[nextDigit].start < index { nextDigit += 1 }
            guard nextDigit < digits.count, digits[nextDigit].start == index else { return nil }
            let rest = digits[nextDigit...]
            for length in numberLengths where length <= rest.count {
                let candidate = rest.prefix(length)
                guard candidate.dropFirst().allSatisfy({ $0.gap != .wide }),
                    length >= TextRedaction.shortestNumberWithin || isWhole(candidate),
                    let shown = numbers[candidate.map(\.value)], let end = candidate.last?.end
                else { continue }
                return (end - index, shown)
            }
            return nil
        }

        /// Whether neither more digits nor, where it is written in groups, more groups belong to a number.
        private func isWhole(_ candidate: ArraySlice<DialledDigit>) -> Bool {
            let outer = [
                candidate.first?.gap, candidate.endIndex < digits.count ? digits[candidate.endIndex].gap : .wide,
            ]
            let isGrouped = candidate.dropFirst().contains { $0.gap == .narrow }
            return outer.allSatisfy { $0 == .wide || !isGrouped && $0 == .narrow }
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
