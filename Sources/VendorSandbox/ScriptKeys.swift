import Foundation

/// A JSON object of a script that knows where it stands and which of its keys were read.
final class ScriptKeys {
    let place: String
    private let values: [String: Any]
    private var read: Set<String> = []

    init(_ value: Any, place: String) throws {
        guard let values = value as? [String: Any] else {
            throw ScriptRule.Invalid(description: "\(place) is no object")
        }
        self.place = place
        self.values = values
    }

    private func value<Value>(_ key: String, _ kind: String, as type: Value.Type) throws -> Value? {
        read.insert(key)
        guard let any = values[key], !(any is NSNull) else { return nil }
        guard let value = any as? Value else {
            throw ScriptRule.Invalid(description: "\(place): '\(key)' is \(kind)")
        }
        return value
    }

    func string(_ key: String) throws -> String? { try value(key, "a text", as: String.self) }
    func boolean(_ key: String) throws -> Bool? { try value(key, "true or false", as: Bool.self) }
    func list(_ key: String) throws -> [Any]? { try value(key, "a list", as: [Any].self) }
    func strings(_ key: String) throws -> [String: String]? {
        try value(key, "an object of texts", as: [String: String].self)
    }

    func integer(_ key: String, in range: ClosedRange<Int> = 0...3_600_000) throws -> Int? {
        let kind = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let number = try value(key, kind, as: Int.self) else { return nil }
        guard range.contains(number) else {
            throw ScriptRule.Invalid(description: "\(place): '\(key)' is \(kind)")
        }
        return number
    }

    func optionalObject(_ key: String) throws -> ScriptKeys? {
        try value(key, "an object", as: [String: Any].self).map { try ScriptKeys($0, place: "\(place).\(key)") }
    }

    func object(_ key: String) throws -> ScriptKeys {
        guard let keys = try optionalObject(key) else {
            throw ScriptRule.Invalid(description: "\(place): '\(key)' is missing")
        }
        return keys
    }

    /// Refuses what no key asked for: called when all known ones were read.
    func refuseOthers() throws {
        guard let other = values.keys.filter({ !read.contains($0) }).min() else { return }
        let hint = Self.nearest(other, among: read).map { "did you mean '\($0)'? " } ?? ""
        throw ScriptRule.Invalid(
            description: "\(place): unknown key '\(other)'; \(hint)known are \(read.sorted().joined(separator: ", "))")
    }

    // MARK: Keys that exclude each other

    /// Whether a key has a value that asks for something: `null`, `false` and a delay of 0 ask for nothing.
    func isGiven(_ key: String) -> Bool {
        guard let value = values[key], !(value is NSNull) else { return false }
        return value as? Bool != false
    }

    /// Refuses keys beside one that leaves them nothing to say.
    func refuse(_ others: [String], beside key: String, because reason: String) throws {
        guard isGiven(key), let other = others.first(where: isGiven) else { return }
        throw ScriptRule.Invalid(
            description: "\(place): '\(key)' and '\(other)' contradict each other: \(reason); remove one of them")
    }

    // MARK: Spelling

    /// The known key with the fewest slips, when they are few. The product has a finer one; the sandbox shares no code
    /// with it.
    private static func nearest(_ word: String, among known: Set<String>) -> String? {
        known.sorted().map { (key: $0, slips: slips(Array(word.lowercased()), Array($0))) }
            .filter { $0.slips <= max(2, $0.key.count / 2) && $0.slips < min(word.count, $0.key.count) }
            .min { $0.slips < $1.slips }?.key
    }

    /// Letters too many, too few or wrong.
    private static func slips(_ a: [Character], _ b: [Character]) -> Int {
        var row = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let replaced = diagonal + (letter == b[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
            }
        }
        return row[b.count]
    }
}
