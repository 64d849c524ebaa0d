/// What the API has: one case for each path.
enum Endpoint: String, Sendable, Hashable, CaseIterable {
    case messages = "/v1/messages"
    case message = "/v1/messages/{id}"
    case cancel = "/v1/messages/{id}/cancel"
    case requeue = "/v1/messages/{id}/requeue"
    case outbox = "/v1/outbox"
    case explain = "/v1/explain"
    case providers = "/v1/providers"
    case health = "/healthz"
    case readiness = "/readyz"
    case metrics = "/metrics"
    case description = "/openapi.json"

    /// The methods of the path. Who may `GET` may also ask for the head alone.
    var methods: [String] {
        switch self {
        case .messages: ["GET", "HEAD", "POST"]
        case .cancel, .requeue, .explain: ["POST"]
        case .message, .outbox, .providers, .health, .readiness, .metrics, .description: ["GET", "HEAD"]
        }
    }

    /// What a key must allow; `nil` where none is asked for.
    func scope(_ method: String) -> KeyScope? {
        switch self {
        case .messages: method == "POST" ? .send : .read
        case .cancel: .send
        case .message, .explain, .providers, .metrics: .read
        case .requeue, .outbox: .admin
        case .health, .readiness, .description: nil
        }
    }

    /// Whether a request has a document.
    func takesDocument(_ method: String) -> Bool { method == "POST" && (self == .messages || self == .explain) }

    /// The media type of a good answer.
    var mediaType: String { self == .metrics ? "text/plain" : "application/json" }

    /// The query parameters that it knows.
    func parameters(_ method: String) -> Set<String> {
        switch (self, method) {
        case (.messages, "POST"): Self.submitting
        case (.messages, _): Self.listing
        default: []
        }
    }

    private static let submitting: Set<String> = ["wait"]
    private static let listing: Set<String> = [
        "state", "tenant", "category", "template", "tag", "from", "before", "limit", "cursor", "order",
    ]
}

/// Where a path leads.
struct Destination: Sendable {
    var endpoint: Endpoint
    /// The id in the path, decoded.
    var id: String?

    /// `nil` where it leads nowhere.
    init?(path: String) {
        if let endpoint = Self.fixed[path] {
            self.endpoint = endpoint
            return
        }
        let prefix = "/v1/messages/"
        guard path.hasPrefix(prefix) else { return nil }
        let parts = path.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, !first.isEmpty, let id = PercentDecoding.text(first) else { return nil }
        self.id = id
        switch (parts.count, parts.last) {
        case (1, _): endpoint = .message
        case (2, "cancel"): endpoint = .cancel
        case (2, "requeue"): endpoint = .requeue
        default: return nil
        }
    }

    private static let fixed = Dictionary(
        uniqueKeysWithValues: Endpoint.allCases.filter { !$0.rawValue.contains("{") }.map { ($0.rawValue, $0) })
}

/// Reads what URLs write as `%2F`.
enum PercentDecoding {
    /// The text; `nil` for a broken escape, for what is not UTF-8, and for NUL.
    static func text(_ encoded: some StringProtocol, plusIsSpace: Bool = false) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(encoded.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst()?.hexValue, let low = rest.popFirst()?.hexValue else { return nil }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
            default: bytes.append(byte)
            }
        }
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    /// A text as one segment of a path.
    static func segment(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                let digits = Array("0123456789ABCDEF".utf8)
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
