import NotificationGateway

/// Finds rules that can never match because earlier rules take everything that they would.
///
/// A rule is taken apart into its combinations of single values. A combination is taken when an earlier rule has the same
/// values, or fewer conditions: those are looked up in hash tables, so the cost does not grow with the number of rules.
/// Categories and channels are closed lists, so it is also taken when earlier rules take each part of such a list.
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

        /// The channels that it can have: only phone numbers have a country or a prefix.
        var possibleChannels: [Channel] {
            if let channel { return [channel] }
            return country == nil && prefix == nil ? Channel.allCases : [.sms, .voice]
        }

        /// One for each value of a condition.
        func parts<Value>(_ condition: WritableKeyPath<Combination, Value?>, _ values: [Value]) -> [Combination] {
            values.map { value in
                var part = self
                part[keyPath: condition] = value
                return part
            }
        }

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
    /// What rules have named so far: a list of which a part was never named is not searched part by part.
    private var namedCategories: Set<Category> = []
    private var namedChannels: Set<Channel> = []

    /// Takes the next rule; answers with the numbers of the earlier rules that together take all it would, if they do.
    mutating func add(_ rule: Rule, number: Int) -> Set<Int>? {
        guard let combinations = Self.combinations(of: rule) else { return nil }
        let takers = takers(ofAll: combinations)
        for combination in combinations where takenBy[combination] == nil { takenBy[combination] = number }
        prefixLengths.formUnion(rule.recipientPrefixes.map(\.utf8.count))
        namedCategories.formUnion(rule.categories)
        namedChannels.formUnion(rule.channels)
        return takers
    }

    private func takers(ofAll combinations: [Combination]) -> Set<Int>? {
        var all: Set<Int> = []
        for combination in combinations {
            guard let takers = takers(of: combination) else { return nil }
            all.formUnion(takers)
        }
        return all
    }

    /// The earlier rules that together take all that a combination would; `nil` when something is left.
    ///
    /// Parts of a list are searched only where it was named whole: a part that no rule names could only go to a rule
    /// without that condition, which would take the other parts as well.
    private func takers(of combination: Combination) -> Set<Int>? {
        var combination = combination
        if combination.country == nil { combination.country = combination.prefix.flatMap(CountryOfPrefix.country) }
        if let taker = combination.generalizations(prefixLengths).firstNonNil({ takenBy[$0] }) { return [taker] }
        if combination.category == nil, namedCategories.isSuperset(of: Category.allCases) {
            return takers(ofAll: combination.parts(\.category, Category.allCases))
        }
        if combination.channel == nil, namedChannels.isSuperset(of: combination.possibleChannels) {
            return takers(ofAll: combination.parts(\.channel, combination.possibleChannels))
        }
        return nil
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
            all = all.flatMap { $0.parts(condition, Array(values)) }
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

/// The country to which the first digits of a number bind it.
enum CountryOfPrefix {
    /// Calling codes of a single country; under shared ones, such as 1 and 44, digits further on decide.
    private static let countries: [String: CountryCode] = {
        let pairs = CountryCode.all.flatMap { country in
            country.callingCodes.map { (code: String($0), country: country) }
        }
        return Dictionary(grouping: pairs, by: \.code).compactMapValues { $0.count == 1 ? $0[0].country : nil }
    }()

    /// The one country of all numbers that begin with a prefix; `nil` where it is not certain.
    static func country(_ prefix: String) -> CountryCode? {
        (1...3).lazy.compactMap { countries[String(prefix.prefix($0))] }.first
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
                country.callingCodes.map(String.init).contains { $0.hasPrefix(prefix) || prefix.hasPrefix($0) }
            }
        }
        return fits
            ? nil
            : "no number with this prefix belongs to \(countries.sorted().map(\.rawValue).joined(separator: ", "))"
    }
}
