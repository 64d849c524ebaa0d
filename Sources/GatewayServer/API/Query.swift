import NotificationGateway

/// The parameters behind `?`: each at most once, and only those that the path knows.
struct Query: Sendable {
    private var values: [String: String] = [:]

    init() {}

    /// - Throws: a problem that names the parameter.
    init(_ text: String?, known: Set<String>) throws(Problem) {
        for pair in (text ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentDecoding.text(parts[0], plusIsSpace: true),
                let value = PercentDecoding.text(parts.count > 1 ? parts[1] : "", plusIsSpace: true)
            else { throw Problem(.invalidParameter, "the query is not percent-encoded UTF-8") }
            guard known.contains(name) else {
                let words = known.isEmpty ? "none" : known.sorted().joined(separator: ", ")
                throw Problem(
                    .invalidParameter, at: .parameter(name.clipped),
                    "there is no such parameter here; there is \(words)")
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw Problem(.invalidParameter, at: .parameter(name), "the parameter stands twice")
            }
        }
    }

    subscript(name: String) -> String? { values[name] }

    /// A parameter read by `read`; `nil` where it is not given.
    func value<Value>(
        _ name: String, expected: String, _ read: (String) -> Value?
    ) throws(Problem) -> Value? {
        guard let text = values[name] else { return nil }
        guard let value = read(text) else {
            throw Problem(.invalidParameter, at: .parameter(name), "expected \(expected)")
        }
        return value
    }
}

extension String {
    /// What came from outside, short enough to be told back.
    var clipped: String { utf8.count <= 100 ? self : String(prefix(50)) + "…" }
}
