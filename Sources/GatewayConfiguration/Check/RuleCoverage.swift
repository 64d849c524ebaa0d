import NotificationGateway

/// Finds rules that can never match because earlier rules take everything that they would.
///
/// A rule is taken apart into its combinations of single values. A combination is taken when an earlier rule has the same
/// values, or fewer conditions: those are looked up in hash tables, so the cost does not grow with the number of rules.
struct RuleCoverage {
    /// Rules that multiply into more are taken as reachable.
    private static let mostCombinations = 512

    private struct Combination: Hashable {
        var channel: Channel?
        var category: Category?
        var country: CountryCode?
        var template: TemplateName?
        var tag: Tag?
        var prefix: String?

        /// This and all with fewer conditions, or shorter prefixes of those lengths.
        func generalizations(_ prefixLengths: Set<Int>) -> [Combination] {
            var all = [self]
            func drop<Value>(_ condition: WritableKeyPath<Combination, Value?>) {
                guard self[keyPath: condition] != nil else { return }
                all += all.map {
                    var general = $0
                    general[keyPath: condition] = nil
                    return general
                }
            }
            drop(\.channel)
            drop(\.category)
            drop(\.country)
            drop(\.template)
            drop(\.tag)
            guard let prefix else { return all }
            let shorter = prefixLengths.filter { $0 < prefix.utf8.count }.map { String(prefix.prefix($0)) }
            return all.flatMap { general in
                [general]
                    + ([nil] + shorter.map(Optional.some)).map { prefix in
                        var general = general
                        general.prefix = prefix
                        return general
                    }
            }
        }
    }

    private var takenBy: [Combination: Int] = [:]
    private var prefixLengths: Set<Int> = []

    /// Takes the next rule; answers with the numbers of the earlier rules that together take all it would, if they do.
    mutating func add(_ rule: Rule, number: Int) -> Set<Int>? {
        guard let combinations = Self.combinations(of: rule) else { return nil }
        var takers: Set<Int> = []
        var isCovered = true
        for combination in combinations {
            let general = combination.generalizations(prefixLengths)
            if let taker = general.firstNonNil({ takenBy[$0] }) {
                takers.insert(taker)
            } else {
                isCovered = false
            }
        }
        for combination in combinations where takenBy[combination] == nil { takenBy[combination] = number }
        prefixLengths.formUnion(rule.recipientPrefixes.map(\.utf8.count))
        return isCovered ? takers : nil
    }

    private static func combinations(of rule: Rule) -> [Combination]? {
        let counts = [
            rule.channels.count, rule.categories.count, rule.countries.count, rule.templates.count, rule.tags.count,
            rule.recipientPrefixes.count,
        ]
        var product = 1
        for count in counts {
            product = product.multipliedReportingOverflow(by: max(1, count)).partialValue
            guard (1...mostCombinations).contains(product) else { return nil }
        }
        var all = [Combination()]
        func multiply<Value>(_ values: Set<Value>, _ condition: WritableKeyPath<Combination, Value?>) {
            guard !values.isEmpty else { return }
            all = all.flatMap { combination in
                values.map { value in
                    var combination = combination
                    combination[keyPath: condition] = value
                    return combination
                }
            }
        }
        multiply(rule.channels, \.channel)
        multiply(rule.categories, \.category)
        multiply(rule.countries, \.country)
        multiply(rule.templates, \.template)
        multiply(rule.tags, \.tag)
        multiply(rule.recipientPrefixes, \.prefix)
        return all
    }
}

extension Array {
    fileprivate func firstNonNil<Value>(_ value: (Element) -> Value?) -> Value? {
        for element in self {
            if let value = value(element) { return value }
        }
        return nil
    }
}

extension Rule {
    /// Why no message can fulfil all conditions at once, if none can.
    var contradiction: String? {
        let hasPhone = channels.isEmpty || !channels.isDisjoint(with: [.sms, .voice])
        if !countries.isEmpty || !recipientPrefixes.isEmpty, !hasPhone {
            return "only phone numbers have a country or a prefix, and the channels are "
                + channels.map(\.rawValue).sorted().joined(separator: ", ")
        }
        guard !countries.isEmpty, !recipientPrefixes.isEmpty else { return nil }
        let fits = recipientPrefixes.contains { prefix in
            countries.contains { country in
                let code = String(country.callingCode)
                return code.hasPrefix(prefix) || prefix.hasPrefix(code)
            }
        }
        return fits
            ? nil
            : "no number with this prefix belongs to \(countries.sorted().map(\.rawValue).joined(separator: ", "))"
    }
}
