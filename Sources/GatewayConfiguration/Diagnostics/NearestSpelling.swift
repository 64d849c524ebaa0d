/// "Did you mean": the known word that is nearest to a misspelt one.
public enum NearestSpelling {
    /// A list longer than this is not searched: the search must stay cheap however wrong the input is.
    private static let mostCandidates = 1_000
    private static let longestWord = 64

    /// The known word with the fewest slips (a letter too much, too few, wrong, or two swapped), or `nil` when even
    /// that one differs by more than a third. Of several equally near the first in alphabetical order: the words of a file may
    /// come in any.
    public static func of(_ word: String, among known: some Collection<String>) -> String? {
        guard known.count <= mostCandidates, word.utf8.count <= longestWord else { return nil }
        let letters = normalized(word)
        var best: (word: String, slips: Int)?
        for candidate in known where candidate.utf8.count <= longestWord {
            let slips = slips(letters, normalized(candidate))
            guard slips <= max(letters.count, 3) / 3, slips < letters.count else { continue }
            if let best, (best.slips, best.word) <= (slips, candidate) { continue }
            best = (candidate, slips)
        }
        return best?.word
    }

    /// Case and the choice between `-` and `_` are no slips worth counting.
    private static func normalized(_ word: String) -> [Character] {
        word.lowercased().map { $0 == "_" ? "-" : $0 }
    }

    /// Optimal string alignment distance.
    private static func slips(_ a: [Character], _ b: [Character]) -> Int {
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var beforePrevious = [Int](repeating: 0, count: b.count + 1)
        var previous = Array(0...b.count)
        for i in 1...a.count {
            var current = [i] + [Int](repeating: 0, count: b.count)
            for j in 1...b.count {
                let cost = a[i - 1] == b[j - 1] ? 0 : 1
                current[j] = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    current[j] = min(current[j], beforePrevious[j - 2] + 1)
                }
            }
            (beforePrevious, previous) = (previous, current)
        }
        return previous[b.count]
    }

    /// `; did you mean 'x'?`, or nothing.
    static func hint(_ word: String, among known: some Collection<String>) -> String {
        of(word, among: known).map { "; did you mean '\($0)'?" } ?? ""
    }

    /// `; did you mean 'x'?`, or the advice behind a semicolon.
    static func hint(_ word: String, among known: some Collection<String>, orElse advice: String) -> String {
        of(word, among: known).map { "; did you mean '\($0)'?" } ?? "; \(advice)"
    }
}

/// Words as messages list them: of many the first twenty.
func listed(_ words: [String]) -> String {
    if words.isEmpty { return "none" }
    return words.prefix(20).joined(separator: ", ") + (words.count > 20 ? ", …" : "")
}

/// Says that there is nothing of a name, and what may have been meant.
func unknown(_ what: String, _ name: String, among known: [String]) -> String {
    "there is no \(what) \(quoted(name))"
        + NearestSpelling.hint(name, among: known, orElse: "configured are: \(listed(known))")
}
