/// Media types: what a request has, and what its sender takes.
enum Negotiation {
    /// Whether a body with this `Content-Type` may be JSON: one that says nothing may.
    static func isJSON(_ contentType: String?) -> Bool {
        guard let contentType else { return true }
        let parts = contentType.split(separator: ";").map { trimmed($0).lowercased() }
        guard parts.first == "application/json" else { return false }
        return parts.dropFirst().allSatisfy { part in
            !part.hasPrefix("charset=") || ["charset=utf-8", "charset=\"utf-8\""].contains(part)
        }
    }

    /// Whether the sender of these `Accept` fields takes a media type; who has none takes all. RFC 9110, 12.5.1: the most
    /// exact range counts.
    static func takes(_ type: String, _ accept: [String]) -> Bool {
        let ranges = accept.flatMap { $0.split(separator: ",") }
        guard !ranges.isEmpty else { return true }
        let family = type.prefix { $0 != "/" } + "/*"
        var best: (rank: Int, taken: Bool)?
        for range in ranges {
            let parts = range.split(separator: ";").map { trimmed($0).lowercased() }
            guard let name = parts.first else { continue }
            let rank = name == type ? 3 : name == family ? 2 : name == "*/*" ? 1 : 0
            guard rank > 0, rank >= best?.rank ?? 0 else { continue }
            let isRefused = parts.dropFirst().contains { ["q=0", "q=0.", "q=0.0", "q=0.00", "q=0.000"].contains($0) }
            best = (rank, !isRefused)
        }
        return best?.taken ?? false
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
