import CAllocationCounter
import NotificationGateway

/// Route, bind and bookkeeping without any I/O: the provider takes every message at once.
enum RoutingBenchmark {
    private static let ruleCounts = [10, 100, 10_000]
    private static let rounds = 17
    private static let messagesInRound = 20_000

    static func run() async throws -> String {
        let gateways = try ruleCounts.map { try gateway(rules: $0) }
        let message = Message(
            id: "benchmark-message", to: ["+8613800138000"], template: "login-code", parameters: ["code": "271828"])
        for gateway in gateways { _ = try await nanoseconds(gateway, message) }
        // Interleaved, and the best round of each: what else the machine does then falls on all alike.
        var best = ruleCounts.map { _ in Double.infinity }
        let memory = Measurement.memory()
        for _ in 0..<rounds {
            for (index, gateway) in gateways.enumerated() {
                best[index] = min(best[index], try await nanoseconds(gateway, message))
            }
        }
        let grown = Measurement.memory() - memory
        let (bytes, calls) = try await allocations(gateways[2], message)
        return Measurement.line([
            "rules_10_ns": best[0], "rules_100_ns": best[1], "rules_10000_ns": best[2],
            "rules_10000_bytes": bytes, "rules_10000_allocations": calls,
            "messages": Double(rounds * ruleCounts.count * messagesInRound), "grown_rss_mb": grown,
        ])
    }

    private static func nanoseconds(_ gateway: Gateway, _ message: Message) async throws -> Double {
        let started = ContinuousClock.now
        for _ in 0..<messagesInRound {
            guard await gateway.send(message).outcome == .accepted else { throw Unaccepted() }
        }
        return (ContinuousClock.now - started) / .nanoseconds(1) / Double(messagesInRound)
    }

    private static func allocations(
        _ gateway: Gateway, _ message: Message
    ) async throws -> (bytes: Double, calls: Double) {
        allocation_counter_start()
        _ = try await nanoseconds(gateway, message)
        allocation_counter_stop()
        return (
            Double(allocation_counter_bytes()) / Double(messagesInRound),
            Double(allocation_counter_calls()) / Double(messagesInRound)
        )
    }

    struct Unaccepted: Error {}

    /// Rules of every shape, the one that matches last.
    private static func gateway(rules: Int) throws -> Gateway {
        let countries = CountryCode.all.filter { $0 != "CN" }
        var routes = (0..<(rules - 1)).map { index in
            let rule =
                switch index % 4 {
                case 0:
                    Rule(
                        channels: [.sms], countries: [countries[index % countries.count]],
                        tags: [Tag(rawValue: "t\(index)")])
                case 1:
                    Rule(
                        templates: [TemplateName(rawValue: "template-\(index % 500)")],
                        tags: [Tag(rawValue: "u\(index)")])
                case 2: Rule(channels: [.sms], categories: [.marketing], recipientPrefixes: ["86\(15_000 + index)"])
                default: Rule(channels: [.email], categories: [.notification], tags: [Tag(rawValue: "v\(index)")])
                }
            return Route(name: RouteName(rawValue: "r\(index)"), rule: rule, candidates: [Route.Candidate("instant")])
        }
        routes.append(
            Route(
                name: "codes", rule: Rule(channels: [.sms], categories: [.verification], countries: ["CN"]),
                candidates: [Route.Candidate("instant")]))
        return try Gateway(
            GatewaySettings(
                providers: [GatewaySettings.ConfiguredProvider(name: "instant", provider: InstantProvider())],
                // One message is sent over and over.
                templates: [try loginCode()] + fillers, routes: routes, repeatWindow: .zero))
    }

    private static let fillers = (0..<500).map { Template(name: TemplateName(rawValue: "template-\($0)")) }

    /// The template that every benchmark sends.
    static func loginCode(provider: ProviderName = "instant", fields: OptionValues = OptionValues()) throws -> Template
    {
        Template(
            name: "login-code", category: .verification,
            parameters: [
                TemplateParameter("code", pattern: try ParameterPattern("[0-9]{4,8}")),
                TemplateParameter("product", default: "云通信"),
            ],
            bindings: [
                provider: Binding(choices: [
                    BindingChoice(
                        fields: fields,
                        parameters: [
                            BoundParameter("code", .parameter("code")),
                            BoundParameter("product", .parameter("product")),
                        ])
                ])
            ])
    }
}

/// Takes every message at once.
private struct InstantProvider: MessageProvider {
    let capabilities = Capabilities(channels: [.sms], content: [.vendorTemplate])
    var statusLookup: (any StatusLookup)? { nil }
    var receiptReader: (any ReceiptReader)? { nil }

    func send(_ request: ProviderRequest) async throws(ProviderError) -> ProviderReceipt {
        ProviderReceipt(vendorMessageID: "1")
    }

    func preview(_ request: ProviderRequest) throws(ProviderError) -> RequestPreview {
        RequestPreview(destination: "nowhere", fields: [])
    }

    func shutdown() async {}
}
