/// A country or territory: an ISO 3166-1 alpha-2 code that is officially assigned, or `XK` (Kosovo).
///
/// Two bytes, no allocation. Ascension and Tristan da Cunha, whose codes `AC` and `TA` are only reserved, belong to `SH`.
public struct CountryCode: Sendable, Hashable {
    /// Both letters, upper case, in ASCII; the first is the high byte. Stable: fit for an index or a table key.
    public let packed: UInt16

    /// Reads a code in upper or lower case; `nil` for anything but an assigned code.
    ///
    /// A string *literal* in this place makes Swift take ``init(stringLiteral:)``, which stops the program for a wrong
    /// code; text from outside always comes as a variable and takes this one.
    public init?(_ text: some StringProtocol) {
        var letters = text.utf8.makeIterator()
        guard let first = letters.next(), let second = letters.next(), letters.next() == nil else { return nil }
        self.init(packed: UInt16(Self.upper(first)) << 8 | UInt16(Self.upper(second)))
    }

    /// Takes up the value of ``packed`` again; `nil` for anything but an assigned code.
    public init?(packed: UInt16) {
        guard CallingCodes.callingCode(ofPacked: packed) != nil else { return nil }
        self.packed = packed
    }

    /// For tables whose codes are known to be assigned.
    init(unchecked packed: UInt16) {
        self.packed = packed
    }

    /// All 249 assigned codes and `XK`, in alphabetical order.
    public static let all: [CountryCode] = (0..<UInt16(26 * 26)).compactMap { index in
        CountryCode(packed: (index / 26 + 65) << 8 | (index % 26 + 65))
    }

    /// The code in upper case, such as `CN`.
    public var rawValue: String {
        String(unsafeUninitializedCapacity: 2) { buffer in
            buffer[0] = UInt8(truncatingIfNeeded: packed >> 8)
            buffer[1] = UInt8(truncatingIfNeeded: packed)
            return 2
        }
    }

    /// The main calling code under which the country's phone numbers are reached, such as 86; several share one.
    ///
    /// Territories without phone numbers of their own (`BV`, `HM`, `UM`, …) have that of the country that serves them.
    public var callingCode: Int {
        CallingCodes.callingCode(ofPacked: packed) ?? 0
    }

    /// Every calling code under which it has numbers, the main one first: Saint Helena has 290 and, on Ascension, 247.
    public var callingCodes: [Int] {
        let main = callingCode
        return [main]
            + CallingCodes.plans.filter { $0.country == self && $0.callingCode != main }.map { Int($0.callingCode) }
    }

    private static func upper(_ letter: UInt8) -> UInt8 {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter) ? letter - 32 : letter
    }
}

extension CountryCode: CustomStringConvertible, ExpressibleByStringLiteral, Comparable {
    /// Makes a code from a literal; a literal that is no assigned code is a programmer's mistake and stops the program.
    public init(stringLiteral value: StaticString) {
        guard let code = CountryCode(value.description) else {
            preconditionFailure("\(value) is no ISO 3166-1 alpha-2 code")
        }
        self = code
    }

    /// The code in upper case.
    public var description: String { rawValue }

    /// Alphabetical order.
    public static func < (left: CountryCode, right: CountryCode) -> Bool { left.packed < right.packed }
}
