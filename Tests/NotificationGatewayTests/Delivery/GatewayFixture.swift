import GatewayTestKit
import Logging
import NotificationGateway

/// A gateway over recording providers, its clock jumping over every pause.
struct GatewayFixture {
    let clock: ManualClock
    let providers: [RecordingProvider]
    let gateway: Gateway

    init(
        _ providers: [RecordingProvider], category: NotificationGateway.Category = .verification,
        mode: GatewaySettings.Mode = .live, duplicates: Route.Duplicates = .avoid, retries: Int = 2,
        overrides: [PolicyOverride] = [], rateLimits: [Rate?] = [], maxInFlight: Int? = nil,
        templateLimit: [Rate] = [], routeLimit: [Rate] = [],
        deadline: Duration? = nil, repeatWindow: Duration = .zero, memory: GatewayMemory? = nil,
        clock: ManualClock = ManualClock(mode: .automatic),
        strategy: Strategy = .ordered,
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) throws {
        self.clock = clock
        self.providers = providers
        let names = providers.indices.map { ProviderName(rawValue: "p\($0 + 1)") }
        gateway = try Gateway(
            GatewaySettings(
                mode: mode, defaultCountry: "CN",
                providers: providers.indices.map {
                    GatewaySettings.ConfiguredProvider(
                        name: names[$0], provider: providers[$0],
                        rateLimit: $0 < rateLimits.count ? rateLimits[$0] : nil,
                        maxInFlight: $0 == 0 ? maxInFlight : nil)
                },
                templates: [
                    Template(
                        name: "login-code", category: category,
                        parameters: [TemplateParameter("code", pattern: try ParameterPattern("[0-9]{4,8}"))],
                        texts: [LocalText(locale: nil, text: try TextTemplate("code ${code}"))],
                        recipientLimit: templateLimit)
                ],
                routes: [
                    Route(
                        name: "all", candidates: names.map { Route.Candidate($0) }, strategy: strategy,
                        deadline: deadline,
                        retries: retries, duplicates: duplicates, overrides: overrides, recipientLimit: routeLimit)
                ], repeatWindow: repeatWindow), clock: clock, random: SeededRandom(), logger: logger, memory: memory)
    }

    func send(
        _ recipients: [Address] = ["13800138000"], id: MessageID? = "m1", deadline: Duration? = nil
    ) async -> Delivery {
        await gateway.send(message(recipients, id: id, deadline: deadline))
    }

    func message(
        _ recipients: [Address] = ["13800138000"], id: MessageID? = "m1", deadline: Duration? = nil
    ) -> Message {
        Message(id: id, to: recipients, template: "login-code", parameters: ["code": "271828"], deadline: deadline)
    }
}

/// A failure whose words do not matter.
func failure(
    _ reason: Reason, _ acceptance: Acceptance = .rejected, retryAfter: Duration? = nil
) -> RecordingProvider.Step {
    .fail(ProviderError(reason, acceptance, vendorCode: "isv.X", message: "no", requestID: "r", retryAfter: retryAfter))
}
