/// A text with `${name}` places, taken apart once.
///
/// `$${` stands for a literal `${`. Values are put in as they are: a value that itself looks like `${…}` is never expanded.
public struct TextTemplate: Sendable, Hashable {
    /// One stretch of the text.
    public enum Segment: Sendable, Hashable {
        /// Text that stands as written.
        case literal(String)
        /// A place for a parameter's value.
        case parameter(String)
    }

    /// Why a text cannot be taken apart.
    public struct Invalid: Error, Sendable, Hashable, CustomStringConvertible {
        /// The place of the fault, in UTF-8 bytes from the start of the text.
        public var offset: Int
        /// What is wrong and what is expected.
        public var description: String
    }

    /// The stretches in order.
    public let segments: [Segment]

    /// Takes a text apart.
    ///
    /// - Throws: ``Invalid`` for a `${` without `}`, or a name that is not made of letters, digits, `_`, `-` and `.`.
    public init(_ text: String) throws(Invalid) {
        var segments: [Segment] = []
        var literal = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            literal += rest[..<dollar]
            let tail = rest[dollar...]
            if tail.hasPrefix("$${") {
                literal += "${"
                rest = tail.dropFirst(3)
            } else if tail.hasPrefix("${") {
                let name = try Self.name(after: tail.dropFirst(2), in: text)
                if !literal.isEmpty { segments.append(.literal(literal)) }
                literal = ""
                segments.append(.parameter(String(name)))
                rest = tail[name.endIndex...].dropFirst()
            } else {
                literal += "$"
                rest = tail.dropFirst()
            }
        }
        literal += rest
        if !literal.isEmpty { segments.append(.literal(literal)) }
        self.segments = segments
    }

    private static func name(after opening: Substring, in text: String) throws(Invalid) -> Substring {
        let offset = text.utf8.distance(from: text.startIndex, to: opening.startIndex)
        guard let end = opening.firstIndex(of: "}"), opening[..<end].firstRange(of: "${") == nil else {
            throw Invalid(
                offset: offset,
                description: "${ is never closed; write } after the parameter's name, or $${ for a literal ${")
        }
        let name = opening[..<end]
        guard isName(name) else {
            throw Invalid(offset: offset, description: "a parameter's name is made of letters, digits, _, - and .")
        }
        return name
    }

    private static func isName(_ name: Substring) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || ("0"..."9").contains($0) || "_-.".unicodeScalars.contains($0)
            }
    }

    /// The names that stand in a text, also where it cannot be taken apart: so that all its mistakes are found at once.
    package static func parameterNames(in text: String) -> [String] {
        var names: [String] = []
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            let tail = rest[dollar...]
            if tail.hasPrefix("$${") {
                rest = tail.dropFirst(3)
                continue
            }
            rest = tail.dropFirst()
            guard tail.hasPrefix("${") else { continue }
            let name = tail.dropFirst(2).prefix { $0 != "}" && $0 != "$" }
            if name.endIndex < text.endIndex, text[name.endIndex] == "}", isName(name) { names.append(String(name)) }
        }
        return names
    }

    /// The names of the parameters that stand in the text.
    public var parameterNames: [String] {
        segments.compactMap { if case .parameter(let name) = $0 { name } else { nil } }
    }

    /// The text with its places filled; a name without a value stands for nothing.
    public func rendered(_ value: (String) -> String?) -> String {
        var text = ""
        for segment in segments {
            switch segment {
            case .literal(let literal): text += literal
            case .parameter(let name): text += value(name) ?? ""
            }
        }
        return text
    }
}
