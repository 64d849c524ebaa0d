import Foundation

/// An HTTP request, whole.
struct ReceivedRequest: Sendable {
    var method: String
    var target: String
    /// In the order received, names in lower case.
    var headers: [(name: String, value: String)]
    var body: [UInt8]

    var path: String { String(target.prefix { $0 != "?" }) }

    var query: [FormParameter] {
        guard let mark = target.firstIndex(of: "?") else { return [] }
        return FormParameter.parse(target[target.index(after: mark)...])
    }

    var form: [FormParameter] {
        guard header("content-type")?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true else {
            return []
        }
        return FormParameter.parse(String(decoding: body, as: UTF8.self)[...])
    }

    func header(_ name: String) -> String? {
        let values = headers.filter { $0.name == name }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ",")
    }
}

/// A name and a value of a query or a form.
struct FormParameter: Sendable, Hashable {
    var name: String
    var value: String

    static func parse(_ text: Substring) -> [FormParameter] {
        text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return FormParameter(name: decode(parts[0]), value: parts.count > 1 ? decode(parts[1]) : "")
        }
    }

    /// Undoes form encoding; a `%` that begins no escape stands for itself.
    private static func decode(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16),
                rest.first != UInt8(ascii: "+")
            {
                bytes.append(value)
                rest.removeFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The vendor's percent-encoding: everything but `A-Z a-z 0-9 - _ . ~`, in upper-case hexadecimal.
    static func encode(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }

    /// Sorted by the bytes of the names, encoded and joined.
    static func canonical(_ parameters: [FormParameter]) -> String {
        parameters
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            .map { "\(encode($0.name))=\(encode($0.value))" }
            .joined(separator: "&")
    }
}
