import Testing

@testable import gateway_simulation

@Suite("Ten thousand messages through vendors that misbehave")
struct SimulationTests {
    @Test("keep every rule, and the same seed gives the same trails")
    func rules() throws {
        let first = try #require(Simulation(seed: 7, messages: 10_000).run(), "a send never ended")
        #expect(first.violations == [])
        #expect(first.messages == 10_000)
        // The script is worth its name only if every ending occurs.
        for outcome in ["accepted", "rejected", "uncertain"] { #expect(first.outcomes[outcome] ?? 0 > 100) }
        let second = try #require(Simulation(seed: 7, messages: 2_000).run())
        let third = try #require(Simulation(seed: 7, messages: 2_000).run())
        #expect(second.digest == third.digest)
        let other = try #require(Simulation(seed: 8, messages: 2_000).run())
        #expect(other.digest != second.digest)
    }

    @Test(
        "are shown to break a rule when a fault is planted",
        arguments: PlantedFault.allCases.filter { $0 != .unseededChance })
    func planted(_ fault: PlantedFault) throws {
        let report = try #require(Simulation(seed: 3, messages: 3_000, fault: fault).run())
        #expect(!report.violations.isEmpty)
    }

    @Test("do not repeat when chance does not come from the seed")
    func unseeded() throws {
        let digests = (0..<2).compactMap { _ in
            Simulation(seed: 3, messages: 500, fault: .unseededChance).run()?.digest
        }
        #expect(digests.count == 2 && digests[0] != digests[1])
    }
}
