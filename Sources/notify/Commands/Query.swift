import ArgumentParser
import Foundation
import GatewayConfiguration
import NotificationGateway

struct Query: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask a provider what became of a message.",
        usage: """
            notify query --provider <provider> [--id <id>] [--to <to>]
                         [--date <date>] [--json] [--config <config>] [--verbose]
            """,
        discussion: "Exit status: 0 found, 1 not found or not answered, 2 wrong call or configuration.")

    /// 2000-01-01, before any vendor's records.
    private static let firstDay = WallTime(secondsSinceEpoch: 946_684_800)

    @Option(name: .long, help: "The provider's name in the configuration.")
    var provider: String

    @Option(name: .long, help: "The message's id. Vendors that cannot search by id alone need --to as well.")
    var id: String?

    @Option(name: .long, help: "The recipient.")
    var to: String?

    @Option(name: .long, help: "The day it was sent, such as 2026-11-24; today where it is left out.")
    var date: String?

    @Flag(name: .long, help: "Print one JSON object.")
    var json = false

    @OptionGroup var configuration: ConfigurationOptions

    func validate() throws {
        if id == nil, to == nil { throw ValidationError("give --id, or --to with --date, or all of them") }
    }

    func run() async throws {
        let sentAt = try day()
        let settings = try configuration.settings(mode: .live)
        let gateway = try configuration.gateway(settings)
        let lookup = try lookup(gateway, settings)
        let recipient = try recipient(settings)
        let query = StatusQuery(
            reference: id, recipient: recipient, sentAt: sentAt, deadline: SystemClock().now + .seconds(30))
        let records = await Interruption.cancelling { () async -> Result<[StatusRecord], ProviderError> in
            do throws(ProviderError) { return .success(try await lookup.records(for: query)) } catch {
                return .failure(error)
            }
        }
        await gateway.shutdown()
        try report(records)
    }

    private func lookup(_ gateway: Gateway, _ settings: GatewaySettings) throws -> any StatusLookup {
        guard let found = gateway.provider(ProviderName(rawValue: provider)) else {
            let known = settings.providers.map(\.name.rawValue)
            let hint =
                NearestSpelling.of(provider, among: known).map { "; did you mean '\($0)'?" }
                ?? "; configured are: \(known.isEmpty ? "none" : known.joined(separator: ", "))"
            throw CommandFailure(.usage, "there is no provider '\(Console.safe(provider))'\(hint)")
        }
        guard let lookup = found.statusLookup else {
            throw CommandFailure(.usage, "provider '\(provider)' cannot be asked about messages")
        }
        if to == nil, !lookup.findsByReferenceAlone {
            throw CommandFailure(
                .usage, "provider '\(provider)' cannot search by id alone; add --to N, and --date D if it was not today"
            )
        }
        return lookup
    }

    private func recipient(_ settings: GatewaySettings) throws -> Recipient? {
        guard let to else { return nil }
        do throws(InvalidAddress) {
            return try Recipient(to, channel: .sms, defaultCountry: settings.defaultCountry)
        } catch {
            throw CommandFailure(.usage, "--to: \(error.description)")
        }
    }

    private func day() throws -> WallTime {
        guard let date else { return SystemClock().wallTime }
        let digits = date.filter { $0 != "-" }
        // Noon: the vendor's day then holds it whatever the vendor's zone.
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 8 * 3_600)
        formatter.dateFormat = "yyyyMMdd"
        formatter.isLenient = false
        guard digits.count == 8, let day = formatter.date(from: digits) else {
            throw CommandFailure(.usage, "--date takes a day such as 2026-11-24")
        }
        let noon = WallTime(secondsSinceEpoch: Int64(day.timeIntervalSince1970) + 12 * 3_600)
        // Two days leave room for the zones and for a clock that is off.
        guard noon >= Self.firstDay, noon <= SystemClock().wallTime.advanced(by: 2 * 86_400) else {
            throw CommandFailure(.usage, "--date takes a day from 2000-01-01 to today; nothing was sent on this one")
        }
        return noon
    }

    private func report(_ records: Result<[StatusRecord], ProviderError>) throws {
        let report = QueryReport(provider: provider, records)
        if json {
            try Console.print(json: report)
        } else {
            Console.print(report.lines.joined(separator: "\n"))
        }
        if report.records.isEmpty { throw ExitStatus.failed }
    }
}
