import HTTPProviderSupport

/// Reading what HTTP carries parameters in.
enum FormDecoding {
    /// The parameters of a query or an `application/x-www-form-urlencoded` body.
    ///
    /// - Throws: ``EndpointError/undecodable`` for a `%` that begins no escape, and for what is no UTF-8.
    static func parameters(in bytes: some Collection<UInt8>) throws(EndpointError) -> [EndpointParameter] {
        var parameters: [EndpointParameter] = []
        for pair in bytes.split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "="))
            let value = equals.map { pair[pair.index(after: $0)...] } ?? pair[pair.endIndex...]
            parameters.append(
                EndpointParameter(name: try text(pair[..<(equals ?? pair.endIndex)]), value: try text(value)))
        }
        return parameters
    }

    private static func text(_ encoded: some Collection<UInt8>) throws(EndpointError) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encoded.count)
        var rest = encoded.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else {
                    throw .undecodable
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .undecodable }
        return text
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The parameters of a JSON body: an object of texts and numbers; what is `null` is not given.
    ///
    /// - Throws: ``EndpointError/undecodable`` for anything else.
    static func parameters(inJSON bytes: [UInt8]) throws(EndpointError) -> [EndpointParameter] {
        guard case .object(let members)? = try? JSONValue(parsing: bytes) else { throw .undecodable }
        var parameters: [EndpointParameter] = []
        for member in members where member.value != .null {
            guard let value = member.value.lenientText else { throw .undecodable }
            parameters.append(EndpointParameter(name: member.name, value: value))
        }
        return parameters
    }
}
