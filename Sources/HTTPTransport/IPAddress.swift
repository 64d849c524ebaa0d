/// An address of the Internet Protocol, as a number: how it was written makes no difference.
public enum IPAddress: Sendable, Hashable {
    /// An address of version 4.
    case v4(UInt32)
    /// An address of version 6; one that stands for an address of version 4 stays what it is.
    case v6(UInt128)

    /// Reads four decimal numbers with dots, or RFC 4291's forms of version 6 without a zone; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let value = Self.readVersion6(Substring(text)) else { return nil }
            self = .v6(value)
        } else {
            guard let value = Self.readVersion4(Substring(text)) else { return nil }
            self = .v4(value)
        }
    }

    private static func readVersion4(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            // Leading zeros would be octal to some readers.
            guard part.utf8.allSatisfy(isDigit), part == "0" || part.first != "0", let number = UInt8(part) else {
                return nil
            }
            value = value << 8 | UInt32(number)
        }
        return value
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func readVersion6(_ text: Substring) -> UInt128? {
        guard let gap = text.firstRange(of: "::") else {
            guard let groups = groups(text), groups.count == 8 else { return nil }
            return join(groups)
        }
        let tail = text[gap.upperBound...]
        guard let left = groups(text[..<gap.lowerBound], mayEndInVersion4: false), let right = groups(tail),
            left.count + right.count < 8
        else { return nil }
        return join(left + [UInt16](repeating: 0, count: 8 - left.count - right.count) + right)
    }

    /// Groups of four hexadecimal digits between colons, of which the last may be an address of version 4.
    private static func groups(_ text: Substring, mayEndInVersion4: Bool = true) -> [UInt16]? {
        if text.isEmpty { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if part.contains(".") {
                guard mayEndInVersion4, index == parts.count - 1, let value = readVersion4(part) else { return nil }
                groups += [UInt16(value >> 16), UInt16(truncatingIfNeeded: value)]
            } else {
                guard (1...4).contains(part.utf8.count), part.first != "+", let group = UInt16(part, radix: 16) else {
                    return nil
                }
                groups.append(group)
            }
        }
        return groups
    }

    private static func join(_ groups: [UInt16]) -> UInt128 { groups.reduce(0) { $0 << 16 | UInt128($1) } }
}
