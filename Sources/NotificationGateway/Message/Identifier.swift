/// A name or id that cannot be mixed up with one of another kind.
public protocol Identifier: RawRepresentable<String>, Hashable, Sendable, Comparable, ExpressibleByStringLiteral,
    CustomStringConvertible
{
    /// Wraps a string; any string is allowed, what is valid is decided where it is used.
    init(rawValue: String)
}

extension Identifier {
    /// Wraps a string literal.
    public init(stringLiteral value: String) { self.init(rawValue: value) }

    /// The bare string.
    public var description: String { rawValue }

    /// Orders by Unicode scalars, for stable listings.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The caller's id of a message; every vendor request carries it, so that an attempt can be found again.
public struct MessageID: Identifier {
    /// The bare string.
    public let rawValue: String
    /// Wraps a string.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The name under which one vendor account is configured.
public struct ProviderName: Identifier {
    /// The bare string.
    public let rawValue: String
    /// Wraps a string.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// What providers share that have one `rate_limit` together, such as a vendor's account.
public struct RateLimitKey: Identifier {
    /// The bare string.
    public let rawValue: String
    /// Wraps a string.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The logical name of a template, such as `login-code`.
public struct TemplateName: Identifier {
    /// The bare string.
    public let rawValue: String
    /// Wraps a string.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// The name of a route, for people: it stands in explanations and trails.
public struct RouteName: Identifier {
    /// The bare string.
    public let rawValue: String
    /// Wraps a string.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A caller's mark on a message that routing rules may match.
public struct Tag: Identifier {
    /// The bare string.
    public let rawValue: String
    /// Wraps a string.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A BCP 47 language tag such as `zh-CN`, compared without regard to case or to `_` written for `-`.
public struct LocaleTag: Identifier {
    /// The tag in canonical spelling: lower case, hyphens.
    public let rawValue: String

    /// Wraps a tag in any spelling.
    public init(rawValue: String) {
        self.rawValue = rawValue.lowercased().replacingUnderscores()
    }

    /// The tag with its last subtag removed (`zh-hans-cn` → `zh-hans` → `zh` → `nil`): RFC 4647, look-up.
    public var parent: LocaleTag? {
        guard let hyphen = rawValue.utf8.lastIndex(of: UInt8(ascii: "-")) else { return nil }
        return LocaleTag(rawValue: String(rawValue[..<hyphen]))
    }
}

extension LocaleTag {
    /// Whether a text has the form of a BCP 47 tag: a language, then subtags of up to eight letters and digits.
    public static func isWellFormed(_ text: String) -> Bool {
        let subtags = text.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "_" }
        return subtags.enumerated().allSatisfy { index, subtag in
            let isASCII = subtag.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
                    || index > 0 && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
            }
            return isASCII && (index == 0 ? 2...8 : 1...8).contains(subtag.utf8.count)
        }
    }
}

extension String {
    fileprivate func replacingUnderscores() -> String {
        utf8.contains(UInt8(ascii: "_")) ? String(map { $0 == "_" ? "-" : $0 }) : self
    }
}
