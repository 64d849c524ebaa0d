import ArgumentParser
import Foundation
import GatewayConfiguration
import NotificationGateway

/// The message that a command is about.
struct MessageOptions: ParsableArguments {
    @Option(name: .long, help: "A recipient; give it once for each, or several on lines of their own.")
    var to: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("Recipients from a file, one a line; - reads standard input.", valueName: "file"))
    var toFile: String?

    @Option(name: .long, help: "The logical template, such as login-code.")
    var template: String

    @Option(name: .long, help: ArgumentHelp("A template parameter; give it once for each.", valueName: "name=value"))
    var param: [String] = []

    @Option(name: .long, help: "Your own id for the message; vendors echo it.")
    var id: String?

    @Option(name: .long, help: "A tag that routes may match; give it once for each.")
    var tag: [String] = []

    @Option(name: .long, help: "The recipient's language, such as zh-CN.")
    var locale: String?

    @Option(name: .long, help: "The time until the outcome must stand, such as 15s.")
    var deadline: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "When it is worth nothing any more: in 10m, or at 2026-11-24T12:00:00Z. It is never sent later.",
            valueName: "time"))
    var expires: String?

    @Option(name: .long, help: "The path: sms, voice, email, chat, push or webhook.")
    var channel = "sms"

    func validate() throws {
        if to.isEmpty, toFile == nil { throw ValidationError("Missing expected argument '--to <to>'") }
    }

    func message() throws -> Message {
        guard let channel = Channel(rawValue: channel) else {
            let known = Channel.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure(.usage, "--channel takes one of \(known)")
        }
        return Message(
            id: id.map(MessageID.init(rawValue:)), to: try recipients().map(Address.text),
            template: TemplateName(rawValue: template), parameters: try parameters(), channel: channel,
            tags: tag.map(Tag.init(rawValue:)), locale: try checkedLocale(),
            deadline: try limit(), expires: try expiry())
    }

    private func recipients() throws -> [String] {
        var recipients = to.flatMap(Self.lines)
        if let toFile {
            do throws(InputFile.Fault) {
                recipients += Self.lines(try InputFile.text(toFile)).filter { !$0.isEmpty }
            } catch {
                let name = toFile == "-" ? "standard input" : Console.safe(toFile)
                throw CommandFailure(.usage, "--to-file: \(name) \(error.message)")
            }
        }
        guard !recipients.isEmpty else { throw CommandFailure(.usage, "there is no recipient; give one by --to") }
        return recipients
    }

    /// The lines of a text, without the break at its end; an empty text is one empty line.
    private static func lines(_ text: String) -> [String] {
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        if lines.count > 1, lines.last == "" { lines.removeLast() }
        return lines
    }

    private func parameters() throws -> [String: String] {
        var parameters: [String: String] = [:]
        for pair in param {
            guard let equals = pair.firstIndex(of: "="), equals != pair.startIndex else {
                throw CommandFailure(.usage, "--param takes name=value, as in --param code=271828")
            }
            let name = String(pair[..<equals])
            guard parameters.updateValue(String(pair[pair.index(after: equals)...]), forKey: name) == nil else {
                throw CommandFailure(.usage, "--param \(Console.safe(name)) is given twice; give it once")
            }
        }
        return parameters
    }

    private func checkedLocale() throws -> LocaleTag? {
        guard let locale else { return nil }
        guard LocaleTag.isWellFormed(locale) else {
            throw CommandFailure(.usage, "--locale takes a language tag such as zh-CN")
        }
        return LocaleTag(rawValue: locale)
    }

    private func limit() throws -> Duration? {
        guard let deadline else { return nil }
        guard let limit = UnitParser.duration(deadline), limit > .zero else {
            throw CommandFailure(
                .usage, "--deadline takes a time such as 15s, 500ms or 2m, at most \(UnitParser.longestDuration)")
        }
        return limit
    }

    private func expiry() throws -> WallTime? {
        guard let expires else { return nil }
        if let time = WallTime(timestamp: expires) { return time }
        guard let left = UnitParser.duration(expires), left > .zero else {
            throw CommandFailure(
                .usage,
                "--expires takes a time from now such as 10m, at most \(UnitParser.longestDuration), or a point in time "
                    + "before 2262 such as 2026-11-24T12:00:00Z")
        }
        let (seconds, attoseconds) = left.components
        let now = SystemClock().wallTime.advanced(by: seconds)
        return WallTime(nanosecondsSinceEpoch: now.nanosecondsSinceEpoch + attoseconds / 1_000_000_000)
    }

    /// A template that is not configured is a wrong call, like a misspelt option.
    func check(against settings: GatewaySettings) throws {
        guard !settings.templates.contains(where: { $0.name.rawValue == template }) else { return }
        let known = settings.templates.map(\.name.rawValue)
        let hint =
            NearestSpelling.of(template, among: known).map { "; did you mean '\($0)'?" }
            ?? "; configured are: \(known.isEmpty ? "none" : known.sorted().joined(separator: ", "))"
        throw CommandFailure(.usage, "there is no template '\(Console.safe(template))'\(hint)")
    }
}
