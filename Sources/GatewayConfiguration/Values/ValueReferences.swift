import NotificationGateway

/// The `${env:NAME}`, `${env:NAME:-default}` and `${file:path}` of a value. Before `{`, `$$` stands for one `$`.
struct ValueReferences {
    enum Segment: Equatable {
        case literal(String)
        case environment(String, fallback: String?)
        case file(String)
    }

    /// Why a text has no meaning; the words never quote the value, which may be a secret.
    struct Invalid: Error {
        var message: String
    }

    let segments: [Segment]

    /// Whether a part of the value comes from outside the file.
    var hasReference: Bool {
        segments.contains { if case .literal = $0 { false } else { true } }
    }

    /// Whether a part of the value stands in the file all the same, as the default of a variable.
    var hasVisibleDefault: Bool {
        segments.contains { if case .environment(_, let fallback?) = $0 { !fallback.isEmpty } else { false } }
    }

    /// Whether the file itself shows the password of a URL such as `http://user:password@proxy`.
    var hasVisiblePassword: Bool {
        let visible = segments.map { segment in
            switch segment {
            case .literal(let text): text
            case .environment(_, let fallback): fallback ?? ""
            case .file: ""
            }
        }.joined()
        guard let at = visible.lastIndex(of: "@") else { return false }
        let user = visible[..<at]
        let start = user.firstRange(of: "://")?.upperBound ?? user.startIndex
        guard let colon = user[start...].firstIndex(of: ":") else { return false }
        return user.index(after: colon) < user.endIndex
    }

    init(_ text: String) throws(Invalid) {
        var segments: [Segment] = []
        var literal = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            literal += rest[..<dollar]
            let run = DollarRun(at: dollar, in: rest)
            literal += run.literal
            rest = rest[run.end...]
            guard run.opensPlace else { continue }
            guard let end = rest.firstIndex(of: "}") else {
                throw Invalid(message: "${ is never closed; write } behind the name, or $${ for a literal ${")
            }
            if !literal.isEmpty { segments.append(.literal(literal)) }
            literal = ""
            segments.append(try Self.reference(rest[..<end]))
            rest = rest[end...].dropFirst()
        }
        literal += rest
        if !literal.isEmpty || segments.isEmpty { segments.append(.literal(literal)) }
        self.segments = segments
    }

    private static func reference(_ body: Substring) throws(Invalid) -> Segment {
        if body.hasPrefix("file:") {
            let path = body.dropFirst(5)
            guard !path.isEmpty else { throw Invalid(message: "${file:} names no file; write ${file:path}") }
            return .file(String(path))
        }
        guard body.hasPrefix("env:") else {
            let hint = isName(body) ? "; did you mean '${env:\(body)}'?" : ""
            throw Invalid(message: "expected ${env:NAME} or ${file:path}\(hint)")
        }
        let body = body.dropFirst(4)
        let name = body.prefix { $0 != ":" }
        let rest = body.dropFirst(name.count)
        guard isName(name), rest.isEmpty || rest.hasPrefix(":-") else {
            throw Invalid(message: "expected ${env:NAME} or ${env:NAME:-default}; a name has letters, digits and _")
        }
        return .environment(String(name), fallback: rest.isEmpty ? nil : String(rest.dropFirst(2)))
    }

    private static func isName(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return text.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) || $0 == UInt8(ascii: "_")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
    }
}

extension YAMLNode {
    /// Whether a part of the value comes from outside the file, so that no message may show it.
    var hasReference: Bool { text.flatMap { try? ValueReferences($0) }?.hasReference ?? false }
}
