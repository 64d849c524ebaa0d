/// A phone number of ITU-T E.164: a calling code and a national number, at most 15 digits together.
///
/// Making, copying and comparing one allocates nothing. Two numbers are equal when their digits are, in whatever
/// spelling they were given. Its descriptions are masked: a phone number is personal data.
public struct PhoneNumber: Sendable, Hashable {
    /// All digits as one number; the first is never 0.
    let value: UInt64
    private let nationalCount: UInt8
    /// The country; `nil` for services of no country (satellites, freephone +800, …).
    public let country: CountryCode?

    /// For the parser, which has checked everything.
    init(plan: CallingCodes.Plan, checked national: DigitRun) {
        value = UInt64(plan.callingCode) * DigitRun.power(national.count) + national.value
        nationalCount = UInt8(national.count)
        country = plan.country(of: national)
    }

    /// The number as E.164 writes it: `+8613800138000`. Personal data: not for logs.
    public var e164: String {
        let count = digitCount
        return Self.text(count + 1) {
            $0.append(UInt8(ascii: "+"))
            $0.append(value, count: count)
        }
    }

    /// The calling code and the national number without a plus: `8613800138000`. Personal data: not for logs.
    public var digits: String {
        let count = digitCount
        return Self.text(count) { $0.append(value, count: count) }
    }

    /// The number after the calling code: `13800138000`. Personal data: not for logs.
    public var nationalDigits: String {
        Self.text(Int(nationalCount)) { $0.append(national, count: Int(nationalCount)) }
    }

    /// The first digits, calling code included, as a number; `nil` where there are fewer.
    func leading(_ length: Int) -> UInt64? {
        let count = digitCount
        return length <= count ? value / DigitRun.power(count - length) : nil
    }

    /// Whether the digits, calling code included, begin with one of some texts.
    func begins(withAnyOf prefixes: some Sequence<String>) -> Bool {
        let digits = digits
        return prefixes.contains { digits.hasPrefix($0) }
    }

    /// The calling code: 86.
    public var callingCode: Int { Int(value / DigitRun.power(Int(nationalCount))) }

    /// The number with its middle hidden: `+86138****8000`.
    ///
    /// National numbers of eleven or more digits show the first three and the last four, as is the custom in mainland
    /// China; shorter ones show at most half of their digits and hide at least four. The stars are always four, so
    /// they do not tell how many digits they stand for.
    public var masked: String {
        let count = Int(nationalCount)
        let shown = count >= 11 ? 7 : max(0, min(count / 2, count - 4))
        let tail = min(4, (shown + 1) / 2)
        let head = shown - tail
        return Self.text(15) {
            $0.append(UInt8(ascii: "+"))
            $0.append(value / DigitRun.power(count - head), count: digitCount - count + head)
            for _ in 0..<4 { $0.append(UInt8(ascii: "*")) }
            $0.append(national % DigitRun.power(tail), count: tail)
        }
    }

    /// Whether both are the same digits.
    public static func == (left: PhoneNumber, right: PhoneNumber) -> Bool { left.value == right.value }

    /// Feeds the digits.
    public func hash(into hasher: inout Hasher) { hasher.combine(value) }

    private var national: UInt64 { value % DigitRun.power(Int(nationalCount)) }

    private var digitCount: Int {
        let code = callingCode
        return Int(nationalCount) + (code < 10 ? 1 : code < 100 ? 2 : 3)
    }
}

extension PhoneNumber: MaskedDescription {
    /// The masked number.
    public var description: String { masked }
}

extension PhoneNumber {
    /// Bytes of a text of at most 16 characters in the making.
    private struct Writer {
        let buffer: UnsafeMutableBufferPointer<UInt8>
        var count = 0

        mutating func append(_ byte: UInt8) {
            buffer[count] = byte
            count += 1
        }

        /// Writes a number with leading zeros up to a count of digits.
        mutating func append(_ number: UInt64, count digits: Int) {
            var rest = number
            for index in stride(from: count + digits - 1, through: count, by: -1) {
                buffer[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            count += digits
        }
    }

    /// Makes a text of at most so many bytes; up to 15 bytes live inside the string itself and allocate nothing.
    private static func text(_ capacity: Int, _ write: (inout Writer) -> Void) -> String {
        String(unsafeUninitializedCapacity: capacity) { buffer in
            var writer = Writer(buffer: buffer)
            write(&writer)
            return writer.count
        }
    }
}
