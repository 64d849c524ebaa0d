/// In which language an answer is written.
enum AnswerFormat: Sendable, Hashable {
    case json
    case xml

    /// The format that a parameter `Format` names, in any case; `nil` for any other text.
    init?(named name: String) {
        switch name.lowercased() {
        case "json": self = .json
        case "xml": self = .xml
        default: return nil
        }
    }

    /// What the `Accept` header asks for; `nil` where it does not matter to it.
    init?(accepting header: String?) {
        guard let header = header?.lowercased() else { return nil }
        if header.contains("json") {
            self = .json
        } else if header.contains("xml") {
            self = .xml
        } else {
            return nil
        }
    }

    var contentType: String {
        switch self {
        case .json: "application/json;charset=utf-8"
        case .xml: "text/xml;charset=utf-8"
        }
    }
}
