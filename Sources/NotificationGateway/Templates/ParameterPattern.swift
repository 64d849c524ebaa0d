/// What the whole value of a parameter must match: a regular expression.
///
/// Values come from outside, so no value may make a match slow, whatever the pattern: there is no backtracking. Patterns
/// are nearly always runs of character classes (`[0-9]{4,8}`), which are matched in place. All others become a
/// ``PatternProgram``, whose time grows with the value's length times the pattern's.
///
/// Understood are literals, `.`, classes with ranges and negation, `\d \w \s \D \W \S`, `\p{…}`, groups, `|`,
/// `? * + {n} {n,} {n,m}`, `^` and `$`. Whether a repeat is lazy or possessive makes no difference to a whole match and
/// is ignored. Look-around and back-references need backtracking and are refused.
public struct ParameterPattern: Sendable, Hashable, CustomStringConvertible {
    /// The expression as written.
    public let source: String
    private let form: Form

    private enum Form: Sendable, Hashable {
        case runs([CharacterRun])
        case program(PatternProgram)
    }

    /// Why a text is no pattern.
    public struct Invalid: Error, Sendable, Hashable, CustomStringConvertible {
        /// What is wrong.
        public var description: String
    }

    /// Compiles an expression.
    ///
    /// - Throws: ``Invalid`` when it is no regular expression, needs what is not supported, or is too large.
    public init(_ source: String) throws(Invalid) {
        self.source = source
        if let runs = CharacterRun.parse(source) {
            form = .runs(runs)
        } else {
            form = .program(try PatternProgram(PatternParser.parse(source)))
        }
    }

    /// The expression.
    public var description: String { source }

    /// Whether the whole value matches.
    public func matches(_ value: String) -> Bool {
        switch form {
        case .runs(let runs): CharacterRun.match(runs, value)
        case .program(let program): program.matches(value)
        }
    }
}

/// A class of ASCII characters, repeated: `[0-9A-F]{4,8}`, `\d+`, `x`.
struct CharacterRun: Sendable, Hashable {
    var low: UInt64 = 0
    var high: UInt64 = 0
    var least = 1
    var most = 1

    func contains(_ byte: UInt8) -> Bool {
        byte < 64 ? low >> UInt64(byte) & 1 == 1 : byte < 128 && high >> UInt64(byte - 64) & 1 == 1
    }

    mutating func insert(_ byte: UInt8) {
        if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte - 64) }
    }

    func isDisjoint(with other: CharacterRun) -> Bool { low & other.low == 0 && high & other.high == 0 }

    /// Matches greedily from left to right, which is exact because neighbouring runs never compete for a character:
    /// ``parse(_:)`` refuses patterns in which they could.
    static func match(_ runs: [CharacterRun], _ value: String) -> Bool {
        var bytes = value.utf8[...]
        for run in runs {
            var count = 0
            while count < run.most, let byte = bytes.first, run.contains(byte) {
                bytes.removeFirst()
                count += 1
            }
            guard count >= run.least else { return false }
        }
        return bytes.isEmpty
    }

    /// The runs of a pattern, or `nil` when it needs a real regular expression.
    static func parse(_ source: String) -> [CharacterRun]? {
        var bytes = Array(source.utf8)[...]
        if bytes.first == UInt8(ascii: "^") { bytes.removeFirst() }
        if bytes.last == UInt8(ascii: "$"), bytes.dropLast().last != UInt8(ascii: "\\") { bytes.removeLast() }
        var runs: [CharacterRun] = []
        while !bytes.isEmpty {
            guard var run = parseClass(&bytes), parseCount(&bytes, into: &run) else { return nil }
            if let previous = runs.last, previous.least != previous.most || run.least != run.most,
                !previous.isDisjoint(with: run)
            {
                return nil
            }
            runs.append(run)
        }
        // An optional run lets its two neighbours touch, so disjointness of pairs would not be enough.
        return runs.count > 2 && runs.contains { $0.least == 0 } ? nil : runs
    }

    private static func parseClass(_ bytes: inout ArraySlice<UInt8>) -> CharacterRun? {
        guard let first = bytes.popFirst() else { return nil }
        var run = CharacterRun()
        switch first {
        case UInt8(ascii: "["): return parseBrackets(&bytes)
        case UInt8(ascii: "\\"):
            guard bytes.popFirst() == UInt8(ascii: "d") else { return nil }
            for digit in UInt8(ascii: "0")...UInt8(ascii: "9") { run.insert(digit) }
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: " "):
            run.insert(first)
        default: return nil
        }
        return run
    }

    private static func parseBrackets(_ bytes: inout ArraySlice<UInt8>) -> CharacterRun? {
        var run = CharacterRun()
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "]") { return run.low | run.high == 0 ? nil : run }
            guard isPlainInBrackets(byte) else { return nil }
            if bytes.first == UInt8(ascii: "-"), let last = bytes.dropFirst().first, last != UInt8(ascii: "]") {
                guard isPlainInBrackets(last), last >= byte else { return nil }
                bytes.removeFirst(2)
                for member in byte...last { run.insert(member) }
            } else {
                run.insert(byte)
            }
        }
        return nil
    }

    private static func isPlainInBrackets(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: " "):
            true
        default: false
        }
    }

    private static func parseCount(_ bytes: inout ArraySlice<UInt8>, into run: inout CharacterRun) -> Bool {
        switch bytes.first {
        case UInt8(ascii: "+"): (run.least, run.most) = (1, .max)
        case UInt8(ascii: "*"): (run.least, run.most) = (0, .max)
        case UInt8(ascii: "?"): (run.least, run.most) = (0, 1)
        case UInt8(ascii: "{"): return parseBraces(&bytes, into: &run)
        default: return true
        }
        bytes.removeFirst()
        return !isQuantifier(bytes.first)
    }

    private static func parseBraces(_ bytes: inout ArraySlice<UInt8>, into run: inout CharacterRun) -> Bool {
        guard let close = bytes.firstIndex(of: UInt8(ascii: "}")) else { return false }
        let parts = bytes[(bytes.startIndex + 1)..<close].split(
            separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        let numbers = parts.map { part in
            part.first.map(isDigit) == true ? Int(String(decoding: part, as: UTF8.self)) : nil
        }
        bytes = bytes[(close + 1)...]
        switch (numbers.count, numbers.first ?? nil, numbers.last ?? nil) {
        case (1, let exact?, _): (run.least, run.most) = (exact, exact)
        case (2, let least?, nil) where parts[1].isEmpty: (run.least, run.most) = (least, .max)
        case (2, let least?, let most?) where least <= most: (run.least, run.most) = (least, most)
        default: return false
        }
        return run.least >= 0 && !isQuantifier(bytes.first)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isQuantifier(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        return "+*?{".utf8.contains(byte)
    }
}
