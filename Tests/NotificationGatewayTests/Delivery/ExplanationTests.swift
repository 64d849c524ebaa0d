import GatewayTestKit
import NotificationGateway
import Testing

@Suite("An explanation")
struct ExplanationTests {
    private func gateway(_ routes: [Route], binding: Binding? = nil) throws -> Gateway {
        var template = Template(
            name: "login-code", category: .verification, parameters: [TemplateParameter("code")],
            texts: [
                LocalText(locale: "zh", text: try TextTemplate("码${code}")),
                LocalText(locale: nil, text: try TextTemplate("code ${code}")),
            ])
        if let binding { template.bindings["p"] = binding }
        return try Gateway(
            GatewaySettings(
                defaultCountry: "CN",
                providers: [GatewaySettings.ConfiguredProvider(name: "p", provider: RecordingProvider())],
                templates: [template], routes: routes), clock: ManualClock(), random: SeededRandom())
    }

    private func route(_ name: RouteName, _ rule: Rule, overrides: [PolicyOverride] = []) -> Route {
        Route(name: name, rule: rule, candidates: [Route.Candidate("p")], overrides: overrides)
    }

    private func message(
        to number: String = "13800138000", tags: [NotificationGateway.Tag] = [], locale: LocaleTag? = nil
    ) -> Message {
        Message(to: [.text(number)], template: "login-code", parameters: ["code": "271828"], tags: tags, locale: locale)
    }

    @Test("names the first condition that each rule before the matching one failed on")
    func failedConditions() throws {
        let gateway = try gateway([
            route("voice", Rule(channels: [.voice])), route("news", Rule(categories: [.notification, .marketing])),
            route("abroad", Rule(countries: ["GB", "US"])), route("urgent", Rule(tags: ["urgent"])),
            route("one vendor's", Rule(recipientPrefixes: ["86139"])), route("all", Rule()), route("never", Rule()),
        ])
        let explanation = gateway.explain(message(tags: ["slow"]))
        let batch = try #require(explanation.batches.first)
        #expect(explanation.plan.batches.first?.route == "all" && batch.unmatchedCount == 5)
        #expect(batch.nearest.map(\.routeIndex) == [0, 1, 2, 3, 4])
        #expect(
            batch.nearest.map(\.failed) == [
                "channel is voice, and this is sms", "category is marketing or notification, and this is verification",
                "country is GB or US, and this is CN", "tag is urgent, and the message has slow",
                "prefix is +86139, and the number begins otherwise",
            ])
    }

    @Test("shows at most five rules: those with the fewest conditions unmet, the last of equals, in their order")
    func nearest() throws {
        var routes = (0..<8).map {
            route(RouteName(rawValue: "far \($0)"), Rule(channels: [.voice], countries: ["GB"]))
        }
        routes.insert(route("near 3", Rule(channels: [.sms], countries: ["GB"])), at: 3)
        routes += [route("near 9", Rule(countries: ["US"])), route("all", Rule())]
        let batch = try #require(try gateway(routes).explain(message()).batches.first)
        #expect(batch.nearest.map(\.route) == ["near 3", "far 5", "far 6", "far 7", "near 9"])
        #expect(batch.unmatchedCount == 10)
    }

    @Test("says of a recipient without a route which rules were nearest, without showing the number")
    func unrouted() throws {
        let explanation = try gateway([route("abroad", Rule(countries: ["GB"], recipientPrefixes: ["44"]))])
            .explain(message())
        #expect(explanation.batches.isEmpty)
        #expect(explanation.unrouted.map(\.place) == [0])
        #expect(explanation.unrouted.first?.nearest.map(\.failed) == ["country is GB, and this is CN"])
        #expect(!"\(explanation.unrouted)".contains("138001"))
    }

    @Test("says which choice of the binding is taken, and whom the ones before it serve")
    func bindings() throws {
        let binding = Binding(choices: [
            BindingChoice(countries: ["CN"], locales: ["zh"], parameters: []), BindingChoice(parameters: []),
        ])
        let gateway = try gateway([route("all", Rule())], binding: binding)
        let chinese = gateway.explain(message(locale: "zh-CN")).batches.first?.bindings
        #expect(chinese == ["choice 1 of 2 serves CN in zh"])
        let british = gateway.explain(message(to: "+447700900123")).batches.first?.bindings
        #expect(british == ["choice 2 of 2 serves everybody; 1 serves CN in zh"])
    }

    @Test(
        "says which text is sent where a provider has no binding", arguments: [("zh-CN", "for zh"), ("en", "default")])
    func texts(_ locale: LocaleTag, _ words: String) throws {
        let explanation = try gateway([route("all", Rule())]).explain(message(locale: locale))
        #expect(explanation.batches.first?.bindings == ["none: the template's \(words) text is sent"])
    }

    @Test("has a policy row for every reason, with the route's own steps")
    func policy() throws {
        let override = PolicyOverride(.throttled, acceptance: .rejected, step: .stop)
        let batch = try #require(
            try gateway([route("all", Rule(), overrides: [override])]).explain(message()).batches.first)
        #expect(batch.policy.map(\.reason) == FallbackPolicy.standardRows.map(\.reason))
        let throttled = try #require(batch.policy.first { $0.reason == .throttled })
        #expect(throttled.rejected == .stop && throttled.unknown == .next && throttled.isOverride)
        #expect(batch.policy.count { $0.isOverride } == 1)
    }
}
