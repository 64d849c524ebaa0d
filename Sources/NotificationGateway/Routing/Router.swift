/// The routes, compiled so that the cost of matching does not grow with their number.
///
/// A rule is a conjunction of conditions, so the conditions that it has form a *shape*, such as (channel, country). There
/// are at most 32 shapes times the lengths of prefixes in use, however many rules. For each shape there is one hash table
/// from the values of its conditions to the first rule that has them; a message is looked up once for each shape, and the
/// lowest rule wins. Shapes are tried in the order of their first rule, so the search ends as soon as no later shape can win.
struct Router: Sendable {
    /// What rules look at in a message for one recipient.
    struct Subject: Sendable {
        var channel: Channel
        var category: Category
        var country: CountryCode?
        /// The template's place among the configured ones.
        var template: Int?
        var tags: [Tag]
        /// `nil` for other addresses.
        var number: PhoneNumber?
    }

    private struct Shape: Sendable, Hashable {
        var conditions: Conditions
        var prefixLength: Int
    }

    private struct Conditions: OptionSet, Sendable, Hashable {
        let rawValue: UInt8
        static let channel = Conditions(rawValue: 1)
        static let category = Conditions(rawValue: 2)
        static let country = Conditions(rawValue: 4)
        static let template = Conditions(rawValue: 8)
        static let tag = Conditions(rawValue: 16)
        static let prefix = Conditions(rawValue: 32)
    }

    /// The values of a shape's conditions, packed; those outside the shape are zero.
    private struct Key: Sendable, Hashable {
        /// Channel, category and country.
        var kind: UInt64 = 0
        /// Template and tag, by their places, from 1.
        var names: UInt64 = 0
        /// The digits.
        var prefix: UInt64 = 0

        mutating func set(_ channel: Channel) { kind |= UInt64(channel.place + 1) << 32 }
        mutating func set(_ category: Category) { kind |= UInt64(category.place + 1) << 24 }
        mutating func set(_ country: CountryCode) { kind |= UInt64(country.packed) }
        mutating func setTemplate(_ place: Int) { names = names & 0xFFFF_FFFF | UInt64(place + 1) << 32 }
        mutating func setTag(_ place: Int) { names = names & ~0xFFFF_FFFF | UInt64(place + 1) }
    }

    private struct Table: Sendable {
        var shape: Shape
        var firstRule: Int
        /// The first rule that has just these values.
        var exact: [Key: Int] = [:]
        /// Rules with lists too long to multiply: what their key leaves out is checked on the match.
        var partial: [Key: [Int]] = [:]
    }

    private let tables: [Table]
    private let tags: [Tag: Int]
    private let templates: [TemplateName: Int]
    let rules: [Rule]

    /// A rule's lists multiply into entries; past this many, its longest lists are checked on the match instead.
    private static let mostEntriesForARule = 1_024

    /// Compiles rules; `places` says which template a subject's number means.
    init(_ rules: [Rule], places: [TemplateName: Int]) {
        self.rules = rules
        templates = places
        tags = Dictionary(uniqueKeysWithValues: Set(rules.flatMap(\.tags)).enumerated().map { ($1, $0) })
        var tables: [Shape: Table] = [:]
        for (index, rule) in rules.enumerated() {
            let indexed = rule.shortened(to: Self.mostEntriesForARule)
            for (shape, key) in Self.entries(of: indexed, templates: templates, tags: tags) {
                var table = tables.removeValue(forKey: shape) ?? Table(shape: shape, firstRule: index)
                if indexed != rule {
                    table.partial[key, default: []].append(index)
                } else if table.exact[key] == nil {
                    table.exact[key] = index
                }
                tables[shape] = table
            }
        }
        self.tables = tables.values.sorted { $0.firstRule < $1.firstRule }
    }

    /// The first rule that matches.
    func firstMatch(_ subject: Subject) -> Int? {
        var best = Int.max
        for table in tables {
            if best < table.firstRule { break }
            forEachKey(of: subject, table.shape) { key in
                if let rule = table.exact[key] { best = min(best, rule) }
                guard !table.partial.isEmpty, let rules = table.partial[key] else { return }
                if let rule = rules.first(where: { matches($0, subject) }) { best = min(best, rule) }
            }
        }
        return best == .max ? nil : best
    }

    /// Calls `body` with each key that the subject has in a shape: one, or one for each tag.
    private func forEachKey(of subject: Subject, _ shape: Shape, _ body: (Key) -> Void) {
        var key = Key()
        let conditions = shape.conditions
        if conditions.contains(.channel) { key.set(subject.channel) }
        if conditions.contains(.category) { key.set(subject.category) }
        if conditions.contains(.country) {
            guard let country = subject.country else { return }
            key.set(country)
        }
        if conditions.contains(.template) {
            guard let template = subject.template else { return }
            key.setTemplate(template)
        }
        if conditions.contains(.prefix) {
            guard let prefix = subject.number?.leading(shape.prefixLength) else { return }
            key.prefix = prefix
        }
        guard conditions.contains(.tag) else { return body(key) }
        for tag in subject.tags {
            guard let place = tags[tag] else { continue }
            key.setTag(place)
            body(key)
        }
    }

    /// Checks what the key of a rule with long lists leaves out.
    private func matches(_ index: Int, _ subject: Subject) -> Bool {
        let rule = rules[index]
        return (rule.countries.isEmpty || subject.country.map(rule.countries.contains) == true)
            && (rule.templates.isEmpty || rule.templates.contains { templates[$0] == subject.template })
            && (rule.tags.isEmpty || subject.tags.contains(where: rule.tags.contains))
            && (rule.recipientPrefixes.isEmpty || subject.number?.begins(withAnyOf: rule.recipientPrefixes) == true)
    }

    private static func entries(
        of rule: Rule, templates: [TemplateName: Int], tags: [Tag: Int]
    ) -> [(Shape, Key)] {
        var entries = [(Shape(conditions: [], prefixLength: 0), Key())]
        multiply(&entries, .channel, rule.channels) { $0.set($1) }
        multiply(&entries, .category, rule.categories) { $0.set($1) }
        multiply(&entries, .country, rule.countries) { $0.set($1) }
        // A name without a place is that of no template: no message can have it.
        multiply(&entries, .template, rule.templates) { $0.setTemplate(templates[$1] ?? templates.count) }
        multiply(&entries, .tag, rule.tags) { $0.setTag(tags[$1] ?? tags.count) }
        guard !rule.recipientPrefixes.isEmpty else { return entries }
        return entries.flatMap { shape, key in
            rule.recipientPrefixes.map { prefix in
                var key = key
                // One that is no number begins none, and no number's digits are all 0.
                key.prefix = UInt64(prefix) ?? 0
                let conditions = shape.conditions.union(.prefix)
                return (Shape(conditions: conditions, prefixLength: prefix.utf8.count), key)
            }
        }
    }

    private static func multiply<Value>(
        _ entries: inout [(Shape, Key)], _ condition: Conditions, _ values: Set<Value>,
        _ assign: (inout Key, Value) -> Void
    ) {
        guard !values.isEmpty else { return }
        entries = entries.flatMap { shape, key in
            values.map { value in
                var key = key
                assign(&key, value)
                return (Shape(conditions: shape.conditions.union(condition), prefixLength: 0), key)
            }
        }
    }
}

extension Rule {
    /// The rule without its longest lists, until the rest multiplies into few enough entries.
    fileprivate func shortened(to most: Int) -> Rule {
        var rule = self
        while rule.entryCount > most, rule.dropLongestList() {}
        return rule
    }

    fileprivate var entryCount: Int {
        [channels.count, categories.count, countries.count, templates.count, tags.count, recipientPrefixes.count]
            .reduce(1) { $0.multipliedReportingOverflow(by: max($1, 1)).overflow ? .max : $0 * max($1, 1) }
    }

    fileprivate mutating func dropLongestList() -> Bool {
        let longest = max(countries.count, templates.count, tags.count, recipientPrefixes.count)
        guard longest > 1 else { return false }
        if countries.count == longest {
            countries = []
        } else if templates.count == longest {
            templates = []
        } else if tags.count == longest {
            tags = []
        } else {
            recipientPrefixes = []
        }
        return true
    }
}

extension Category {
    fileprivate var place: Int {
        switch self {
        case .verification: 0
        case .notification: 1
        case .marketing: 2
        }
    }
}
