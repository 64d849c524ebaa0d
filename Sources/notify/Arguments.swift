import ArgumentParser

/// The arguments, before the parser sees them.
enum Arguments {
    /// Past this many, recipients are put into one argument, a line each.
    private static let mostRecipients = 64
    /// The options that may be given many times.
    private static let repeatable: Set<String> = [
        "--to", "--param", "--tag", "--account", "--scope", "--template", "--route",
    ]

    /// The arguments with all values of `--to` in one: the parser's time grows with the square of the number of options.
    static func gathered(_ arguments: [String]) -> [String] {
        guard arguments.count(where: { $0 == "--to" }) > mostRecipients else { return arguments }
        var rest: [String] = []
        var recipients: [String] = []
        var index = arguments.startIndex
        while index < arguments.endIndex, arguments[index] != "--" {
            if arguments[index] == "--to", index + 1 < arguments.endIndex {
                recipients.append(arguments[index + 1])
                index += 1
            } else {
                rest.append(arguments[index])
            }
            index += 1
        }
        return rest + ["--to", recipients.joined(separator: "\n")] + arguments[index...]
    }

    /// The case of a closed list that a word names.
    static func word<Word: RawRepresentable<String> & CaseIterable>(_ text: String) throws -> Word {
        if let word = Word(rawValue: text) { return word }
        let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("expected one of \(known), found '\(Console.safe(text))'")
    }

    /// Of an option that is given twice the parser silently takes the last value; nobody can mean both.
    static func refuseRepeated(_ arguments: [String]) throws {
        // A query is about one message.
        let repeatable =
            switch arguments.first {
            case "query": Set<String>()
            // Of a message there is one template; a key may send several.
            case "keys": repeatable
            default: repeatable.subtracting(["--scope", "--template", "--route"])
            }
        let options = arguments.prefix { $0 != "--" }
        var seen: Set<Substring> = []
        for (index, argument) in options.enumerated() where argument.hasPrefix("--") {
            let parts = argument.split(separator: "=", maxSplits: 1)
            let hasValue = parts.count > 1 || index + 1 < options.count && !options[index + 1].hasPrefix("--")
            guard let name = parts.first, hasValue, !repeatable.contains(String(name)) else { continue }
            guard seen.insert(name).inserted else {
                throw CommandFailure(.usage, "\(Console.safe(String(name))) is given twice; give it once")
            }
        }
    }
}
