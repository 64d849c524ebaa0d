/// Addresses that begin with the same bits: `10.0.0.0/8`, `fd00:1::/32`.
public struct AddressRange: Sendable, Hashable, CustomStringConvertible {
    /// As it was written.
    public let description: String
    private let first: IPAddress
    private let prefixLength: Int

    /// Why a text is no range; says what is expected.
    public struct Invalid: Error, Sendable, Hashable, CustomStringConvertible {
        /// One sentence for people.
        public let description: String
    }

    /// Reads an address, `/`, and how many bits count; an address alone means itself.
    ///
    /// - Throws: ``Invalid`` when it is neither, or names bits that do not count: `10.1.0.0/8` may be a slip of either number.
    public init(_ text: String) throws(Invalid) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let head = parts.first, let address = IPAddress(head) else {
            throw Invalid(description: "expected an address such as 10.0.0.7 or fd00::7, or a range such as 10.0.0.0/8")
        }
        let longest = address.bitWidth
        var length = longest
        if parts.count == 2 {
            guard let number = UInt8(parts[1]), number <= longest, String(number) == parts[1] else {
                throw Invalid(description: "expected a number of bits from 0 to \(longest) after the /")
            }
            length = Int(number)
        }
        guard address.keepingFirst(length) == address else {
            throw Invalid(
                description: "the address has bits beyond the first \(length); write the first one of the range")
        }
        description = text
        first = address
        prefixLength = length
    }

    /// Whether an address is one of these. Those of the other version never are, whatever they stand for.
    public func contains(_ address: IPAddress) -> Bool {
        address.bitWidth == first.bitWidth && address.keepingFirst(prefixLength) == first
    }
}

extension AddressRange: ExpressibleByStringLiteral {
    /// Reads a range that stands in the source; stops the program where it is none.
    public init(stringLiteral value: String) {
        do throws(Invalid) { try self.init(value) } catch { preconditionFailure("\(value): \(error)") }
    }
}

extension IPAddress {
    fileprivate var bitWidth: Int {
        switch self {
        case .v4: UInt32.bitWidth
        case .v6: UInt128.bitWidth
        }
    }

    /// The address with all bits but the first ones cleared.
    fileprivate func keepingFirst(_ count: Int) -> IPAddress {
        switch self {
        // Shifting by the whole width gives zero.
        case .v4(let value): .v4(value & ~(UInt32.max >> UInt32(count)))
        case .v6(let value): .v6(value & ~(UInt128.max >> UInt128(count)))
        }
    }
}
