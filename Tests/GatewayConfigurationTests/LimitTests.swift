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

    @Test("are quiet hours by the recipient's clock or a fixed one")
    func quietHours() throws {
        func hours(_ text: String) throws -> QuietHours? {
            let found = load(route: ", quiet_hours: \(text)")
            #expect(found.texts == [])
            return try #require(found.settings?.routes.first).quietHours
        }
        #expect(try hours("{ from: \"21:00\", to: \"08:00\" }") == QuietHours(from: 1_260, to: 480))
        #expect(
            try hours("{ from: 9:05, to: 12:00, time_zone: \"+05:30\", categories: [marketing, notification] }")
                == QuietHours(
                    from: 545, to: 720, zone: .offset(minutes: 330), categories: [.marketing, .notification]))
        #expect(try hours("{ from: 0:00, to: 1:00, time_zone: \"-03:00\" }")?.zone == .offset(minutes: -180))
    }

    @Test(
        "are no quiet hours when they are no part of a day, for codes, or by no clock",
        arguments: [
            ("{ from: 21:00 }", "needs the key 'to'"), ("{ from: 24:00, to: 8:00 }", "'from': expected a time of day"),
            ("{ from: 8, to: 9:00 }", "'from': expected a time of day"), ("{ from: 8:00, to: 08:00 }", "the same time"),
            ("{ from: 8:00, to: 9:00, time_zone: recipent }", "did you mean 'recipient'?"),
            ("{ from: 8:00, to: 9:00, time_zone: \"+15:00\" }", "'time_zone': expected"),
            ("{ from: 8:00, to: 9:00, categories: verification }", "expected one of notification, marketing"),
        ])
    func quietFaults(_ text: String, _ words: String) {
        let found = load(route: ", quiet_hours: \(text)")
        #expect(found.settings == nil && found.texts.count == 1)
        #expect(found.texts.first?.contains(words) == true)
    }
}
