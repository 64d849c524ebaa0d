import ArgumentParser
import NotificationGateway

struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what would happen to a message, and why, without sending it.")

    @OptionGroup var message: MessageOptions
    @OptionGroup var mode: ModeOptions
    @OptionGroup var configuration: ConfigurationOptions

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    @Flag(name: .long, help: "Show every row of the fallback policy.")
    var policy = false

    func run() async throws {
        let message = try message.message()
        // Explaining touches no network, so it must not ask for the secrets of a live account.
        let settings = try configuration.settings(mode: mode.mode(), withoutSecrets: true)
        try self.message.check(against: settings)
        let gateway = try configuration.gateway(settings)
        let explanation = gateway.explain(message)
        await gateway.shutdown()
        if json {
            try Console.print(json: PlanReport(explanation))
        } else {
            let text = PlanText(explanation: explanation, showsWholePolicy: policy)
            Console.print(text.lines.joined(separator: "\n"))
        }
        let status = ExitStatus(explanation.plan.recipients.map(\.outcome).contains(.rejected) ? .rejected : .accepted)
        if status != .done { throw status }
    }
}
