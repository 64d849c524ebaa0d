import GatewayConfiguration
import NotificationGateway
import Testing

@Suite("Limits in a file")
struct LimitTests {
    private func load(_ provider: String = "", template: String = "", route: String = "", root: String = "")
        -> (settings: GatewaySettings?, texts: [String])
    {
        let loaded = Support.load(
            """
            \(root)
            providers: { j: { type: log\(provider) } }
            templates: { t: { text: hi\(template) } }
            routes: [{ providers: j\(route) }]
            """)
        return (loaded.settings, loaded.diagnostics.map(\.text))
    }

    @Test("are the values that it states, and none where it states none")
    func values() throws {
        let found = load(
            ", max_in_flight: 64", template: ", recipient_limit: [1/min, 5/h, 10/day]",
            route: ", recipient_limit: 3/day",
            root: "repeat_window: 90m")
        #expect(found.texts == [])
        let settings = try #require(found.settings)
        #expect(settings.repeatWindow == .seconds(5_400))
        #expect(settings.providers.map(\.maxInFlight) == [64])
        #expect(settings.templates.map { $0.recipientLimit.map(\.spelling) } == [["1/min", "5/h", "10/day"]])
        #expect(settings.routes.map { $0.recipientLimit.map(\.spelling) } == [["3/day"]])
        #expect(load(root: "repeat_window: 0s").settings?.repeatWindow == .zero)
        let bare = try #require(load().settings)
        #expect(bare.repeatWindow == .seconds(86_400) && bare.providers.map(\.maxInFlight) == [nil])
        #expect(bare.templates[0].recipientLimit.isEmpty && bare.routes[0].recipientLimit.isEmpty)
    }

    @Test("that cannot be kept are errors")
    func faults() {
        #expect(
            load(", max_in_flight: 0").texts == [
                "'max_in_flight': expected a whole number from 1 to 100000, found '0'"
            ])
        #expect(load(template: ", recipient_limit: 5").texts.first?.contains("did you mean 5/s?") == true)
        #expect(
            load(route: ", recipient_limit: 1001/day").texts == [
                "'recipient_limit': expected at most 1000 in any time; nobody reads more"
            ])
        #expect(load(template: ", recipient_limit: []").texts.count == 1)
        #expect(load(root: "repeat_window: 1").texts.first?.contains("did you mean 1s?") == true)
    }
}
