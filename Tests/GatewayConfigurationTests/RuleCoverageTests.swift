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
        var country: CountryCode
        var tag: NotificationGateway.Tag?
        var digits: String

        func fits(_ rule: Rule) -> Bool {
            (rule.channels.isEmpty || rule.channels.contains(channel))
                && (rule.categories.isEmpty || rule.categories.contains(category))
                && (rule.countries.isEmpty || rule.countries.contains(country))
                && (rule.tags.isEmpty || tag.map(rule.tags.contains) == true)
                && (rule.recipientPrefixes.isEmpty || rule.recipientPrefixes.contains(where: digits.hasPrefix))
        }
    }

    private let channels: [Channel] = [.sms, .voice, .email]
    private let categories: [NotificationGateway.Category] = [.verification, .marketing, .notification]
    private let countries: [CountryCode] = ["CN", "GB", "US"]
    private let tags: [NotificationGateway.Tag?] = ["a", "b", nil]
    private let numbers = ["8613", "8615", "44", "1"]

    private var world: [Subject] {
        channels.flatMap { channel in
            categories.flatMap { category in
                countries.flatMap { country in
                    tags.flatMap { tag in
                        numbers.map {
                            Subject(channel: channel, category: category, country: country, tag: tag, digits: $0)
                        }
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
                    channels: some([.sms, .voice], 1), categories: some([.verification, .marketing], 2),
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
}
