import MessageAuthentication

/// A text of a vector file: written out, given by a rule, or (expected texts) by its length and hash.
enum VectorText: Decodable, Sendable {
    case text(String)
    case digest(bytes: Int, sha256: String)

    private struct Sequence: Decodable {
        var start: String
        var count: Int
        var separator: String
    }

    private struct Repeat: Decodable {
        var text: String
        var count: Int
    }

    private enum Key: String, CodingKey {
        case sequence = "$sequence"
        case repetition = "$repeat"
        case bytes
        case sha256
    }

    private struct UnknownRule: Error {}

    init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            self = .text(text)
            return
        }
        let rule = try decoder.container(keyedBy: Key.self)
        if let sequence = try rule.decodeIfPresent(Sequence.self, forKey: .sequence) {
            guard let start = Int(sequence.start) else { throw UnknownRule() }
            let width = sequence.start.count
            self = .text(
                (0..<sequence.count).map { index in
                    let digits = String(start + index)
                    return String(repeating: "0", count: max(0, width - digits.count)) + digits
                }.joined(separator: sequence.separator))
        } else if let repetition = try rule.decodeIfPresent(Repeat.self, forKey: .repetition) {
            self = .text(String(repeating: repetition.text, count: repetition.count))
        } else {
            self = .digest(
                bytes: try rule.decode(Int.self, forKey: .bytes), sha256: try rule.decode(String.self, forKey: .sha256))
        }
    }

    /// The text, where it is not given by its hash.
    var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    /// Whether a text of ours is the expected one, to the byte.
    func matches(_ ours: String) -> Bool {
        switch self {
        case .text(let text): Array(text.utf8) == Array(ours.utf8)
        case .digest(let bytes, let sha256):
            ours.utf8.count == bytes
                && MessageDigest.digest(of: Array(ours.utf8), by: .sha256).hexLowercase == sha256
        }
    }
}

/// Splits a query or form into decoded pairs, sorted: the order on the wire is free.
func decodedPairs(_ text: String) -> [String] {
    func decoded(_ part: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(part.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
    return text.split(separator: "&").map { pair in
        pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(decoded).joined(separator: "=")
    }.sorted()
}
