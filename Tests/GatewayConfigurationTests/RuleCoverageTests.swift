import GatewayTestKit
import NotificationGateway
import Testing

@testable import GatewayConfiguration

@Suite("Rules that can never match")
struct RuleCoverageTests {
    /// All that a small world's messages can be.
    private struct Subject {
        var channel: Channel
        var category: NotificationGateway.Category
        var country: CountryCode?
        var tag: NotificationGateway.Tag?
        var digits: String

        func fits(_ rule: Rule) -> Bool {
            (rule.channels.isEmpty || rule.channels.contains(channel))
                && (rule.categories.isEmpty || rule.categories.contains(category))
                && (rule.countries.isEmpty || country.map(rule.countries.contains) == true)
                && (rule.tags.isEmpty || tag.map(rule.tags.contains) == true)
                && (rule.recipientPrefixes.isEmpty || rule.recipientPrefixes.contains(where: digits.hasPrefix))
        }
    }

    private let tags: [NotificationGateway.Tag?] = ["a", "b", nil]
    private let phones: [(country: CountryCode?, digits: String)] = [
        ("CN", "8613800138000"), ("CN", "8615800138000"), ("GB", "447700900123"), ("US", "12025550123"),
    ]

    /// Only phone numbers have a country and digits.
    private var world: [Subject] {
        Channel.allCases.flatMap { channel in
            let addresses = [.sms, .voice].contains(channel) ? phones : [(nil, "")]
            return NotificationGateway.Category.allCases.flatMap { category in
                tags.flatMap { tag in
                    addresses.map {
                        Subject(
                            channel: channel, category: category, country: $0.country, tag: tag, digits: $0.digits)
                    }
                }
            }
        }
    }

    @Test("a rule called unreachable is one that no message of a small world reaches first")
    func soundness() {
        let random = SeededRandom(seed: 7)
        func some<Value: Hashable>(_ values: [Value], _ most: UInt64) -> Set<Value> {
            Set((0..<(random.next() % (most + 1))).map { _ in values[Int(random.next() % UInt64(values.count))] })
        }
        var found = 0
        for _ in 0..<300 {
            let rules = (0..<6).map { _ in
                Rule(
                    channels: some([.sms, .voice], 2), categories: some(NotificationGateway.Category.allCases, 3),
                    countries: some(["CN", "GB"], 1), tags: some(["a", "b"], 1),
                    recipientPrefixes: some(["86", "8613", "861"], 1))
            }
            var coverage = RuleCoverage()
            for (index, rule) in rules.enumerated() {
                guard let takers = coverage.add(rule, number: index) else { continue }
                found += 1
                #expect(takers.allSatisfy { $0 < index })
                let reaching = world.filter { subject in
                    subject.fits(rule) && !rules[..<index].contains { subject.fits($0) }
                }
                #expect(reaching.isEmpty, "\(rules[...index])")
            }
        }
        #expect(found > 100)
    }

    @Test("several earlier rules together can take all of a later one")
    func together() {
        var coverage = RuleCoverage()
        #expect(coverage.add(Rule(countries: ["CN"]), number: 0) == nil)
        #expect(coverage.add(Rule(countries: ["GB"]), number: 1) == nil)
        #expect(coverage.add(Rule(categories: [.marketing], countries: ["CN", "GB"]), number: 2) == [0, 1])
        #expect(coverage.add(Rule(countries: ["CN", "US"]), number: 3) == nil)
    }

    @Test("a rule on closed lists is called unreachable exactly when no message reaches it first")
    func completeness() {
        let random = SeededRandom(seed: 11)
        func some<Value: Hashable>(_ values: [Value]) -> Set<Value> {
            Set((0..<random.next() % 5).map { _ in values[Int(random.next() % UInt64(values.count))] })
        }
        for _ in 0..<200 {
            let rules = (0..<12).map { _ in
                Rule(channels: some(Channel.allCases), categories: some(NotificationGateway.Category.allCases))
            }
            var coverage = RuleCoverage()
            for (index, rule) in rules.enumerated() {
                let isReached = world.contains { subject in
                    subject.fits(rule) && !rules[..<index].contains { subject.fits($0) }
                }
                #expect((coverage.add(rule, number: index) == nil) == isReached, "\(rules[...index])")
            }
        }
    }

    @Test("rules that name every category take all before a rule for any")
    func categories() {
        var coverage = RuleCoverage()
        #expect(coverage.add(Rule(categories: [.verification]), number: 0) == nil)
        #expect(coverage.add(Rule(categories: [.notification]), number: 1) == nil)
        #expect(coverage.add(Rule(countries: ["CN"]), number: 2) == nil)
        #expect(coverage.add(Rule(categories: [.marketing]), number: 3) == nil)
        #expect(coverage.add(Rule(), number: 4) == [0, 1, 3])
    }

    @Test("rules for texts and calls take all numbers of a country, and not all messages")
    func channels() {
        var coverage = RuleCoverage()
        #expect(coverage.add(Rule(channels: [.sms]), number: 0) == nil)
        #expect(coverage.add(Rule(channels: [.voice]), number: 1) == nil)
        #expect(coverage.add(Rule(countries: ["CN"]), number: 2) == [0, 1])
        #expect(coverage.add(Rule(recipientPrefixes: ["1"]), number: 3) == [0, 1])
        #expect(coverage.add(Rule(), number: 4) == nil)
    }

    @Test("a country takes its prefixes, where they cannot belong to another country")
    func prefixes() {
        var coverage = RuleCoverage()
        #expect(coverage.add(Rule(countries: ["CN", "GB"]), number: 0) == nil)
        #expect(coverage.add(Rule(recipientPrefixes: ["8613"]), number: 1) == [0])
        // Guernsey and others share 44; 8 may become 852.
        #expect(coverage.add(Rule(recipientPrefixes: ["447"]), number: 2) == nil)
        #expect(coverage.add(Rule(recipientPrefixes: ["8"]), number: 3) == nil)
    }

    @Test("no country contradicts the first digits of one of its numbers, under whichever calling code it stands")
    func countriesOfPrefixes() {
        var codes: [CountryCode: Set<Int>] = [:]
        for code in 1...999 {
            for first in 10...99 {
                for length in 4...12 {
                    let text = "+\(code)\(first)" + String(repeating: "5", count: length - 2)
                    guard let number = try? PhoneNumber(parsing: text), let country = number.country else { continue }
                    codes[country, default: []].insert(number.callingCode)
                    let prefixes = [
                        String(number.digits.prefix(1)), "\(number.callingCode)", "\(number.callingCode)\(first)",
                    ]
                    for prefix in prefixes {
                        let rule = Rule(countries: [country], recipientPrefixes: [prefix])
                        #expect(rule.contradiction == nil, "\(country) \(prefix)")
                    }
                }
            }
        }
        #expect(codes["SH"] == [247, 290] && codes["KZ"] == [7, 997] && codes["CN"] == [86])
        #expect(Rule(countries: ["SH"], recipientPrefixes: ["248"]).contradiction != nil)
    }

    @Test("Ascension's numbers go to a rule for Saint Helena")
    func ascension() {
        var coverage = RuleCoverage()
        #expect(coverage.add(Rule(countries: ["SH"]), number: 0) == nil)
        #expect(coverage.add(Rule(recipientPrefixes: ["247"]), number: 1) == [0])
        #expect(coverage.add(Rule(recipientPrefixes: ["290"]), number: 2) == [0])
        #expect(coverage.add(Rule(recipientPrefixes: ["24"]), number: 3) == nil)
    }

    @Test("the country that a prefix is bound to is that of every number under it", arguments: CountryCode.all)
    func countryOfPrefix(_ country: CountryCode) {
        let code = String(country.callingCode)
        guard let bound = CountryOfPrefix.country(code) else { return }
        #expect(bound == country)
        var numbers = 0
        for first in 10...99 {
            for length in 4...12 {
                let text = "+\(code)\(first)" + String(repeating: "5", count: length - 2)
                guard let number = try? PhoneNumber(parsing: text), number.digits.hasPrefix(code) else { continue }
                #expect(number.country == country)
                numbers += 1
            }
        }
        #expect(numbers > 0)
    }
}
