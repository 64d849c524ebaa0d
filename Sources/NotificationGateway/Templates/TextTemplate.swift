/// A text with `${name}` places, taken apart once.
///
/// Before `{`, `$$` stands for one `$`: `$${name}` is the text `${name}`, and `$$${price}` is a `$` and the price. Elsewhere a
/// `$` is itself. Values are put in as they are: a value that itself looks like `${…}` is never expanded.
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
            let run = DollarRun(at: dollar, in: rest)
            literal += run.literal
            rest = rest[run.end...]
            guard run.opensPlace else { continue }
            let name = try Self.name(after: rest, in: text)
            if !literal.isEmpty { segments.append(.literal(literal)) }
            literal = ""
            segments.append(.parameter(String(name)))
            rest = rest[name.endIndex...].dropFirst()
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
            let run = DollarRun(at: dollar, in: rest)
            rest = rest[run.end...]
            guard run.opensPlace else { continue }
            let name = rest.prefix { $0 != "}" && $0 != "$" }
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

/// Dollar signs one after another, and what they mean before a `{`: the one grammar of `${…}` in texts and in values.
package struct DollarRun {
    /// What they stand for, the `{` included where it is text.
    package let literal: String
    /// Whether a place opens behind them.
    package let opensPlace: Bool
    /// What follows, behind the `{` if there is one.
    package let end: Substring.Index

    /// Reads the run that begins at an index.
    package init(at start: Substring.Index, in text: Substring) {
        let run = text[start...].prefix { $0 == "$" }
        let isBeforeBrace = run.endIndex < text.endIndex && text[run.endIndex] == "{"
        opensPlace = isBeforeBrace && !run.count.isMultiple(of: 2)
        literal =
            isBeforeBrace
            ? String(repeating: "$", count: run.count / 2) + (opensPlace ? "" : "{") : String(run)
        end = isBeforeBrace ? text.index(after: run.endIndex) : run.endIndex
    }
}
