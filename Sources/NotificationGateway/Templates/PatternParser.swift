/// Takes a regular expression apart.
struct PatternParser {
    /// Groups within groups; each level is a call.
    private static let deepest = 64
    private static let understood =
        "a pattern has literals, ., classes, groups, |, ?, *, +, {n,m}, ^ and $, and always covers the whole value"

    private var rest: Substring.UnicodeScalarView
    private var depth = 0

    /// - Throws: ``ParameterPattern/Invalid`` when it is none, or needs what is not supported.
    static func parse(_ source: String) throws(ParameterPattern.Invalid) -> PatternNode {
        var parser = PatternParser(rest: source[...].unicodeScalars)
        let node = try parser.choice()
        guard parser.rest.isEmpty else { throw malformed("a ) closes nothing; write \\) for the character") }
        return node
    }

    private static func malformed(_ what: String) -> ParameterPattern.Invalid {
        ParameterPattern.Invalid(description: "not a regular expression: \(what)")
    }

    private static func unsupported(_ what: String) -> ParameterPattern.Invalid {
        ParameterPattern.Invalid(description: "\(what) is not supported; \(understood)")
    }

    // MARK: Structure

    /// Alternatives up to a `)` or the end.
    private mutating func choice() throws(ParameterPattern.Invalid) -> PatternNode {
        var parts = [try sequence()]
        while take("|") { parts.append(try sequence()) }
        return parts.count == 1 ? parts[0] : .choice(parts)
    }

    private mutating func sequence() throws(ParameterPattern.Invalid) -> PatternNode {
        var parts: [PatternNode] = []
        while let next = rest.first, next != "|", next != ")" {
            rest.removeFirst()
            parts.append(try repeated(try atom(next)))
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func atom(_ first: Unicode.Scalar) throws(ParameterPattern.Invalid) -> PatternNode {
        switch first {
        case ".": return .set(.any)
        case "^": return .start
        case "$": return .end
        case "(": return try group()
        case "[": return .set(try bracketed())
        case "\\": return .set(ScalarSet([try escaped()]))
        case "*", "+", "?": throw Self.malformed("\(first) has nothing before it to repeat")
        case "{": throw Self.malformed("{ has nothing before it to repeat; write \\{ for the character")
        default: return .set(ScalarSet(first))
        }
    }

    private mutating func group() throws(ParameterPattern.Invalid) -> PatternNode {
        if take("?"), !take(":") { try groupName() }
        depth += 1
        guard depth <= Self.deepest else { throw Self.malformed("groups are nested deeper than \(Self.deepest)") }
        let node = try choice()
        depth -= 1
        guard take(")") else { throw Self.malformed("a ( is never closed; write \\( for the character") }
        return node
    }

    /// What stands behind `(?` and is no `:`.
    private mutating func groupName() throws(ParameterPattern.Invalid) {
        if take("=") || take("!") { throw Self.unsupported("look-ahead, (?= or (?!,") }
        if take(">") { throw Self.unsupported("an atomic group, (?>,") }
        _ = take("P")
        guard take("<") else { throw Self.unsupported("a flag or comment, (?\(rest.first.map { "\($0)" } ?? ""),") }
        if take("=") || take("!") { throw Self.unsupported("look-behind, (?<= or (?<!,") }
        let name = rest.prefix { $0 != ">" && $0 != ")" }
        rest = rest.dropFirst(name.count)
        guard !name.isEmpty, take(">") else { throw Self.malformed("the name of a group, (?<name>, is never closed") }
    }

    // MARK: Repeats

    private mutating func repeated(_ node: PatternNode) throws(ParameterPattern.Invalid) -> PatternNode {
        let (least, most): (Int, Int?)
        if take("?") {
            (least, most) = (0, 1)
        } else if take("*") {
            (least, most) = (0, nil)
        } else if take("+") {
            (least, most) = (1, nil)
        } else if take("{") {
            (least, most) = try bounds()
        } else {
            return node
        }
        // Lazy or possessive: which way is tried first makes no difference where all are.
        if !take("?") { _ = take("+") }
        if let next = rest.first, "?*+{".unicodeScalars.contains(next) {
            throw Self.malformed("\(next) repeats a repeat; put that in parentheses")
        }
        return .repeated(node, least: least, most: most)
    }

    private mutating func bounds() throws(ParameterPattern.Invalid) -> (Int, Int?) {
        let malformed = Self.malformed("expected {n}, {n,} or {n,m} with whole numbers; write \\{ for the character")
        guard let least = number() else { throw malformed }
        guard take(",") else {
            guard take("}") else { throw malformed }
            return (least, least)
        }
        if take("}") { return (least, nil) }
        guard let most = number(), take("}") else { throw malformed }
        guard least <= most else { throw Self.malformed("the repeat {\(least),\(most)} runs backwards") }
        return (least, most)
    }

    private mutating func number() -> Int? {
        let digits = rest.prefix { ("0"..."9").contains($0) }
        guard (1...9).contains(digits.count) else { return nil }
        rest = rest.dropFirst(digits.count)
        return Int(String(digits))
    }

    // MARK: Characters

    private mutating func bracketed() throws(ParameterPattern.Invalid) -> ScalarSet {
        let isNegated = take("^")
        var members: [ScalarSet.Member] = []
        while let next = rest.popFirst() {
            if next == "]" {
                guard !members.isEmpty else {
                    throw Self.malformed("a class, […], is empty; write \\] for the character")
                }
                return ScalarSet(members, negated: isNegated)
            }
            if next == "[" { throw Self.unsupported("a class within a class (write \\[ for the character)") }
            if "&~-".unicodeScalars.contains(next), rest.first == next {
                throw Self.unsupported("the set operation \(next)\(next) (write \\\(next) for the character)")
            }
            members.append(try range(from: next == "\\" ? try escaped() : .range(next.value...next.value)))
        }
        throw Self.malformed("a [ is never closed by ]; write \\[ for the character")
    }

    /// The member itself, or the range that begins with it.
    private mutating func range(from first: ScalarSet.Member) throws(ParameterPattern.Invalid) -> ScalarSet.Member {
        guard rest.first == "-", let second = rest.dropFirst().first, second != "]" else { return first }
        rest = rest.dropFirst(2)
        let last: ScalarSet.Member = second == "\\" ? try escaped() : .range(second.value...second.value)
        guard case .range(let low) = first, case .range(let high) = last, second != "[" else {
            throw Self.malformed("a range in a class goes from one character to another; write \\- for the character")
        }
        guard low.lowerBound <= high.upperBound else {
            throw Self.malformed("a range in a class runs backwards: \(Self.text(low))-\(Self.text(high))")
        }
        return .range(low.lowerBound...high.upperBound)
    }

    private static func text(_ range: ClosedRange<UInt32>) -> String {
        Unicode.Scalar(range.lowerBound).map { "\($0)" } ?? ""
    }

    /// What stands behind a `\`.
    private mutating func escaped() throws(ParameterPattern.Invalid) -> ScalarSet.Member {
        guard let next = rest.popFirst() else { throw Self.malformed("it ends in a \\; write \\\\ for the character") }
        switch next {
        case "d": return .property(.digit)
        case "w": return .property(.word)
        case "s": return .property(.space)
        case "D": return .complement(.digit)
        case "W": return .complement(.word)
        case "S": return .complement(.space)
        case "p": return .property(try property())
        case "P": return .complement(try property())
        case "n": return .range(0x0A...0x0A)
        case "r": return .range(0x0D...0x0D)
        case "t": return .range(0x09...0x09)
        case "1"..."9", "k": throw Self.unsupported("a back-reference, \\\(next),")
        case "0", "a"..."z", "A"..."Z": throw Self.unsupported("the escape \\\(next)")
        default: return .range(next.value...next.value)
        }
    }

    private mutating func property() throws(ParameterPattern.Invalid) -> ScalarProperty {
        let name = rest.dropFirst().prefix { $0 != "}" }
        guard take("{"), rest.count > name.count else { throw Self.malformed("expected a property such as \\p{L}") }
        rest = rest.dropFirst(name.count + 1)
        guard let property = ScalarProperty(named: String(name)) else {
            throw Self.unsupported(
                "\\p{\(String(name).prefix(20))} (only \\p{Han} and categories such as \\p{L}, \\p{Nd} are)")
        }
        return property
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == scalar else { return false }
        rest.removeFirst()
        return true
    }
}
