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
        var template: TemplateName?
        var tags: [Tag]
        /// The digits of a phone number without `+`; empty for other addresses.
        var digits: String
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

    /// The values of a shape's conditions; conditions outside the shape are left at their zero.
    private struct Key: Sendable, Hashable {
        var channel: Channel?
        var category: Category?
        var country: CountryCode?
        var template: TemplateName?
        var tag: Tag?
        var prefix: UInt64 = 0
    }

    private struct Table: Sendable {
        var shape: Shape
        var firstRule: Int
        var rules: [Key: [Int]]
    }

    private let tables: [Table]
    let rules: [Rule]

    /// A rule's lists multiply into entries; past this many, its longest lists are checked on the match instead.
    private static let mostEntriesForARule = 1_024

    init(_ rules: [Rule]) {
        self.rules = rules
        var tables: [Shape: Table] = [:]
        for (index, rule) in rules.enumerated() {
            for (shape, key) in Self.entries(of: rule) {
                tables[shape, default: Table(shape: shape, firstRule: index, rules: [:])].rules[key, default: []]
                    .append(index)
            }
        }
        self.tables = tables.values.sorted { $0.firstRule < $1.firstRule }
    }

    /// The first rule that matches.
    func firstMatch(_ subject: Subject) -> Int? {
        var best: Int?
        for table in tables {
            if let best, best < table.firstRule { break }
            forEachKey(of: subject, table.shape) { key in
                guard let rules = table.rules[key] else { return }
                guard let rule = rules.first(where: { self.rules[$0].matches(subject) }) else { return }
                best = min(best ?? rule, rule)
            }
        }
        return best
    }

    /// Calls `body` with each key that the subject has in a shape: one, or one for each tag.
    private func forEachKey(of subject: Subject, _ shape: Shape, _ body: (Key) -> Void) {
        var key = Key()
        let conditions = shape.conditions
        if conditions.contains(.channel) { key.channel = subject.channel }
        if conditions.contains(.category) { key.category = subject.category }
        if conditions.contains(.country) {
            guard let country = subject.country else { return }
            key.country = country
        }
        if conditions.contains(.template) {
            guard let template = subject.template else { return }
            key.template = template
        }
        if conditions.contains(.prefix) {
            guard let prefix = Self.prefixKey(subject.digits.utf8.prefix(shape.prefixLength), shape.prefixLength) else {
                return
            }
            key.prefix = prefix
        }
        guard conditions.contains(.tag) else { return body(key) }
        for tag in subject.tags {
            key.tag = tag
            body(key)
        }
    }

    private static func prefixKey(_ digits: some Collection<UInt8>, _ length: Int) -> UInt64? {
        guard digits.count == length else { return nil }
        // A leading 1 keeps 01 and 1 apart.
        return digits.reduce(1) { $0 &* 10 &+ UInt64($1 &- UInt8(ascii: "0")) }
    }

    private static func entries(of rule: Rule) -> [(Shape, Key)] {
        var rule = rule
        while rule.entryCount > mostEntriesForARule, rule.dropLongestList() {}
        var entries = [(Shape(conditions: [], prefixLength: 0), Key())]
        multiply(&entries, .channel, rule.channels) { $0.channel = $1 }
        multiply(&entries, .category, rule.categories) { $0.category = $1 }
        multiply(&entries, .country, rule.countries) { $0.country = $1 }
        multiply(&entries, .template, rule.templates) { $0.template = $1 }
        multiply(&entries, .tag, rule.tags) { $0.tag = $1 }
        guard !rule.recipientPrefixes.isEmpty else { return entries }
        return entries.flatMap { shape, key in
            rule.recipientPrefixes.map { prefix in
                var key = key
                key.prefix = prefixKey(prefix.utf8, prefix.utf8.count) ?? 0
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
    /// Whether every condition holds.
    func matches(_ subject: Router.Subject) -> Bool {
        (channels.isEmpty || channels.contains(subject.channel))
            && (categories.isEmpty || categories.contains(subject.category))
            && (countries.isEmpty || subject.country.map(countries.contains) == true)
            && (templates.isEmpty || subject.template.map(templates.contains) == true)
            && (tags.isEmpty || subject.tags.contains(where: tags.contains))
            && (recipientPrefixes.isEmpty || recipientPrefixes.contains { subject.digits.hasPrefix($0) })
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
