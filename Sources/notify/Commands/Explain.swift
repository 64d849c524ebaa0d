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

    @Flag(name: .long, help: "Also show the fallback policy's table.")
    var policy = false

    func run() async throws {
        let message = try message.message()
        // Explaining touches no network, so it must not ask for the secrets of a live account.
        let settings = try configuration.settings(mode: mode.mode(), withoutSecrets: true)
        try self.message.check(against: settings)
        let gateway = try configuration.gateway(settings)
        let plan = gateway.plan(message)
        await gateway.shutdown()
        if json {
            try Console.print(json: PlanReport(plan, settings))
        } else {
            let table = policy ? PolicyText.lines : []
            Console.print((PlanText(plan: plan).lines + table).joined(separator: "\n"))
        }
        let status = ExitStatus(plan.recipients.map(\.outcome).contains(.rejected) ? .rejected : .accepted)
        if status != .done { throw status }
    }
}
