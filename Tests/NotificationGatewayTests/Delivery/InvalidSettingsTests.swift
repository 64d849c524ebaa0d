import GatewayTestKit
import NotificationGateway
import Testing

@Suite("Settings")
struct InvalidSettingsTests {
    @Test("that contradict themselves are refused with every fault")
    func invalidSettings() {
        let settings = GatewaySettings(
            providers: [],
            routes: [
                Route(name: "a", candidates: [Route.Candidate("nobody")]), Route(name: "b", candidates: []),
            ])
        #expect { try Gateway(settings) } throws: { ($0 as? InvalidSettings)?.faults.count == 2 }
    }

    private func faults(_ rule: Rule = Rule(), weights: [Int] = [1], strategy: Strategy = .weighted) -> [String] {
        let names = weights.indices.map { ProviderName(rawValue: "p\($0 + 1)") }
        let settings = GatewaySettings(
            providers: names.map { GatewaySettings.ConfiguredProvider(name: $0, provider: RecordingProvider()) },
            routes: [
                Route(
                    name: "r", rule: rule, candidates: zip(names, weights).map { Route.Candidate($0, weight: $1) },
                    strategy: strategy)
            ])
        do throws(InvalidSettings) {
            _ = try Gateway(settings)
            return []
        } catch {
            return error.faults
        }
    }

    @Test(
        "with a prefix that is not the first digits of a number are refused",
        arguments: ["+86", "", "86 13", "0086", "８６", "8613800138000123", "86a"])
    func prefixes(_ prefix: String) {
        let faults = faults(Rule(recipientPrefixes: [prefix]))
        #expect(faults.count == 1)
        #expect(faults.first?.contains("prefix '\(prefix)'") == true)
    }

    @Test("with usual prefixes and weights are taken")
    func usual() {
        #expect(faults(Rule(recipientPrefixes: ["8613", "1", "861380013800012"]), weights: [0, 3, 1_000_000]) == [])
    }

    @Test("that leave a draw by weight no provider, or name one twice, are refused")
    func candidates() {
        let zero = ["route 'r': every weight is 0, so no provider could be drawn; give one a share"]
        #expect(faults(weights: [0, 0]) == zero && faults(weights: [0], strategy: .sticky) == zero)
        #expect(faults(weights: [0, 0], strategy: .ordered) == [])
        var settings = GatewaySettings(
            providers: [GatewaySettings.ConfiguredProvider(name: "p", provider: RecordingProvider())],
            routes: [Route(name: "r", candidates: [Route.Candidate("p"), Route.Candidate("p", weight: 2)])])
        #expect { try Gateway(settings) } throws: {
            ($0 as? InvalidSettings)?.faults == ["route 'r' names 'p' twice; remove one"]
        }
        settings.routes[0].candidates.removeLast()
        #expect(throws: Never.self) { try Gateway(settings) }
    }

    @Test("with weights that are negative, or too large to add up, are refused")
    func weights() {
        #expect(faults(weights: [-1, 1]) == ["route 'r' gives provider 'p1' a negative weight"])
        #expect(faults(weights: [.max, 1]) == ["route 'r' has weights whose sum is past \(Int.max)"])
        #expect(faults(weights: [.max, 1], strategy: .ordered).count == 1)
        #expect(faults(weights: [.max, -1]).count == 1)
        #expect(faults(weights: [.max, 0]) == [])
    }
}
