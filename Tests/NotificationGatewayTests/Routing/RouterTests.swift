import Testing

@testable import NotificationGateway

private typealias Tag = NotificationGateway.Tag

@Suite("The router")
struct RouterTests {
    private static let templates: [TemplateName] = ["login-code", "other", "a", "b", "c"]

    private func router(_ rules: [Rule], templates: [TemplateName] = templates) -> Router {
        Router(rules, places: Dictionary(uniqueKeysWithValues: templates.enumerated().map { ($1, $0) }))
    }

    /// What a scan would say: the router's meaning, written the slow way.
    private func matches(_ rule: Rule, _ subject: Router.Subject) -> Bool {
        let template = subject.template.map { Self.templates[$0] }
        return (rule.channels.isEmpty || rule.channels.contains(subject.channel))
            && (rule.categories.isEmpty || rule.categories.contains(subject.category))
            && (rule.countries.isEmpty || subject.country.map(rule.countries.contains) == true)
            && (rule.templates.isEmpty || template.map(rule.templates.contains) == true)
            && (rule.tags.isEmpty || !rule.tags.isDisjoint(with: subject.tags))
            && (rule.recipientPrefixes.isEmpty
                || rule.recipientPrefixes.contains { subject.number?.digits.hasPrefix($0) == true })
    }

    private func subject(
        channel: Channel = .sms, category: NotificationGateway.Category = .verification, country: CountryCode? = "CN",
        template: TemplateName? = "login-code", tags: [NotificationGateway.Tag] = [], number: String = "+8613800138000"
    ) -> Router.Subject {
        Router.Subject(
            channel: channel, category: category, country: country,
            template: template.flatMap { Self.templates.firstIndex(of: $0) },
            tags: tags, number: try? PhoneNumber(parsing: number))
    }

    @Test("the first rule that matches wins, however special a later one is")
    func firstWins() {
        let router = router([Rule(channels: [.sms]), Rule(channels: [.sms], countries: ["CN"])])
        #expect(router.firstMatch(subject()) == 0)
    }

    @Test("every condition must hold, and one of its values is enough")
    func conditions() {
        let router = router([
            Rule(categories: [.marketing], countries: ["CN"]),
            Rule(countries: ["US", "CN"], templates: ["other"]),
            Rule(tags: ["vip", "staff"]),
            Rule(recipientPrefixes: ["86138", "1"]),
            Rule(),
        ])
        #expect(router.firstMatch(subject()) == 3)
        #expect(router.firstMatch(subject(category: .marketing)) == 0)
        #expect(router.firstMatch(subject(country: "US", template: "other")) == 1)
        #expect(router.firstMatch(subject(tags: ["new", "staff"])) == 2)
        #expect(router.firstMatch(subject(country: "GB", number: "+447700900123")) == 4)
    }

    @Test("no rule matches a message that none is for")
    func noMatch() {
        let router = router([Rule(channels: [.email]), Rule(countries: ["CN"])])
        #expect(router.firstMatch(subject(country: nil, number: "")) == nil)
    }

    @Test("a rule whose lists multiply past the index is still matched exactly")
    func hugeRule() {
        let templates = Set(Self.templates + (0..<500).map { TemplateName(rawValue: "t\($0)") })
        let tags = Set((0..<500).map { Tag(rawValue: "g\($0)") })
        let router = router([
            Rule(countries: ["CN", "US", "GB"], templates: templates, tags: tags), Rule(),
        ])
        #expect(router.firstMatch(subject(tags: ["g499"])) == 0)
        #expect(router.firstMatch(subject(tags: ["g500"])) == 1)
        #expect(router.firstMatch(subject(country: nil, tags: ["g1"])) == 1)
    }

    @Test("agrees with a scan over thousands of random rules")
    func agreesWithScan() {
        var random = SystemRandomNumberGenerator()
        let countries: [CountryCode] = ["CN", "US", "GB", "DE", "HK"]
        let templates: [TemplateName] = ["a", "b", "c"]
        let tags: [Tag] = ["x", "y", "z"]
        let prefixes = ["1", "86", "8613", "86138", "44", "4477"]
        let numbers = ["+8613800138000", "+8615912345678", "+14155550100", "+447700900123", ""]
        func some<Value: Hashable>(_ values: [Value]) -> Set<Value> {
            Int.random(in: 0..<3, using: &random) == 0
                ? Set(values.filter { _ in Bool.random(using: &random) }) : []
        }
        for _ in 0..<60 {
            let rules = (0..<Int.random(in: 1..<40, using: &random)).map { _ in
                Rule(
                    channels: some([.sms, .voice]), categories: some([.verification, .marketing]),
                    countries: some(countries), templates: some(templates), tags: some(tags),
                    recipientPrefixes: some(prefixes))
            }
            let router = router(rules)
            for _ in 0..<200 {
                let subject = subject(
                    channel: [.sms, .voice].randomElement(using: &random) ?? .sms,
                    category: NotificationGateway.Category.allCases.randomElement(using: &random) ?? .marketing,
                    country: countries.randomElement(using: &random),
                    template: Bool.random(using: &random) ? templates.randomElement(using: &random) : nil,
                    tags: tags.filter { _ in Bool.random(using: &random) },
                    number: numbers.randomElement(using: &random) ?? "")
                #expect(router.firstMatch(subject) == rules.firstIndex { matches($0, subject) })
            }
        }
    }
}
