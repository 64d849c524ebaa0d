import ArgumentParser
import NotificationGateway

struct Send: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Send a message and show its trail.",
        discussion: """
            Exit status: 0 accepted or dry run, 1 rejected or failed, 2 wrong call or configuration, 3 uncertain.
            With several recipients: the worst of 3, 1, 0.
            """)

    @OptionGroup var message: MessageOptions
    @OptionGroup var mode: ModeOptions
    @OptionGroup var configuration: ConfigurationOptions

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let message = try message.message()
        let settings = try configuration.settings(mode: mode.mode())
        try self.message.check(against: settings)
        let gateway = try configuration.gateway(settings)
        let delivery = await Interruption.cancelling { await gateway.send(message) }
        await gateway.shutdown()
        if json, let requests = DeliveryReport.requests(delivery) {
            try Console.print(json: DeliveryReport(delivery), "requests", list: requests)
        } else if json {
            try Console.print(json: DeliveryReport(delivery))
        } else {
            Console.print(DeliveryText(delivery: delivery).lines.joined(separator: "\n"))
        }
        let status = ExitStatus(delivery.outcome)
        if status != .done { throw status }
    }
}
