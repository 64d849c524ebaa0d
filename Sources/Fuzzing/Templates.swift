import GatewayTestKit
import NotificationGateway

/// Texts with `${name}` places, the values that fill them, and the patterns of the values.
///
/// An input is three parts, parted by line breaks: a pattern, a value, and all the rest is the text.
enum Templates {
    static func check(_ bytes: [UInt8]) throws(BrokenPromise) {
        let parts = bytes.split(separator: 0x0A, maxSplits: 2, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        try check(pattern: parts[0], value: parts.count > 1 ? parts[1] : "")
        let text = parts.count > 2 ? parts[2] : parts[0]
        let value = parts.count > 1 ? parts[1] : "${value}"
        guard let template = try? TextTemplate(text) else { return }
        try check(template, written: text)
        try render(template, value)
        try send(template, value)
    }

    // MARK: Patterns

    private static func check(pattern source: String, value: String) throws(BrokenPromise) {
        guard source.utf8.count <= 200, value.utf8.count <= 400, let pattern = try? ParameterPattern(source) else {
            return
        }
        let isMatch = pattern.matches(value)
        // A group makes no difference to what matches, but keeps the short cut from being taken.
        guard let grouped = try? ParameterPattern("(?:\(source))") else {
            // One program's worth more may be too large.
            return
        }
        try promise("the short cut matches what the program matches", grouped.matches(value) == isMatch, source)
        if let either = try? ParameterPattern("(?:\(source))|(?:\(source))") {
            try promise("a pattern or itself is the pattern", either.matches(value) == isMatch, source)
        }
    }

    // MARK: Texts

    private static func check(_ template: TextTemplate, written text: String) throws(BrokenPromise) {
        try promise(
            "the names of a text are those of its places",
            TextTemplate.parameterNames(in: text) == template.parameterNames)
        let again = try? TextTemplate(Self.text(of: template.segments))
        try promise("a text that is put together again is the text", again == template, template.segments)
    }

    /// Values are put in as they are, whatever they look like.
    private static func render(_ template: TextTemplate, _ value: String) throws(BrokenPromise) {
        let hostile = "\(value)${value}$${value}"
        var expected = ""
        for segment in template.segments {
            switch segment {
            case .literal(let literal): expected += literal
            case .parameter: expected += hostile
            }
        }
        let rendered = template.rendered { _ in hostile }
        try promise("a value is not expanded", rendered == expected, rendered)
        let literal = try? TextTemplate(Self.text(of: [.literal(rendered)]))
        try promise("what was rendered can be written as a text", literal?.rendered { _ in "x" } == rendered, rendered)
    }

    /// Through a gateway: the text that the provider gets.
    private static func send(_ template: TextTemplate, _ value: String) throws(BrokenPromise) {
        var names: [String] = []
        for name in template.parameterNames where !names.contains(name) { names.append(name) }
        let provider = RecordingProvider()
        let settings = GatewaySettings(
            providers: [.init(name: "recorder", provider: provider)],
            templates: [
                Template(
                    name: "t", parameters: names.map { TemplateParameter($0, required: false) },
                    texts: [LocalText(locale: nil, text: template)])
            ], routes: [Route(name: "r", candidates: [.init("recorder")])])
        guard let gateway = try? Gateway(settings, clock: ManualClock(mode: .automatic), random: SeededRandom()) else {
            return
        }
        let message = Message(
            to: ["+8613800138000"], template: "t",
            parameters: Dictionary(names.map { ($0, value) }, uniquingKeysWith: { first, _ in first }))
        let delivery = InlineExecutor.run { await gateway.send(message) }
        guard let request = provider.requests.first else {
            let reason = delivery.recipients.first?.error?.reason
            return try promise(
                "a message that is not sent has a reason", reason == .invalidContent, delivery.recipients)
        }
        try promise("the provider gets the text", request.content.text == template.rendered { _ in value })
        try promise("the provider gets the values", request.content.parameters.allSatisfy { $0.value == value })
    }

    /// A text of which the stretches are these.
    private static func text(of segments: [TextTemplate.Segment]) -> String {
        var text = ""
        for (place, segment) in segments.enumerated() {
            switch segment {
            case .parameter(let name): text += "${\(name)}"
            case .literal(let literal): text += escaped(literal, isBeforePlace: place + 1 < segments.count)
            }
        }
        return text
    }

    /// Dollars before a `{` are written twice.
    private static func escaped(_ literal: String, isBeforePlace: Bool) -> String {
        var text = ""
        var dollars = 0
        for character in literal {
            if character == "$" {
                dollars += 1
                continue
            }
            text += String(repeating: "$", count: character == "{" ? 2 * dollars : dollars)
            text.append(character)
            dollars = 0
        }
        return text + String(repeating: "$", count: isBeforePlace ? 2 * dollars : dollars)
    }
}
