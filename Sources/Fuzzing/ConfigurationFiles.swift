import AliyunProvider
import FileProvider
import GatewayConfiguration
import GatewayTestKit
import HTTPTransport
import NotificationGateway

/// `providers.yaml`, and a gateway made of it.
enum ConfigurationFiles {
    private static let secret = "fuzzed-secret-value"

    private static let loader = ConfigurationLoader(
        kinds: [AliyunKind.dysms { _ in ScriptedTransport([.refuseConnection]) }, FileKind.file, FileKind.log],
        environment: ["ALIYUN_ACCESS_KEY_ID": "id", "ALIYUN_ACCESS_KEY_SECRET": secret], clock: ManualClock(),
        random: SeededRandom())

    static func check(_ bytes: [UInt8]) throws(BrokenPromise) {
        let text = String(decoding: bytes, as: UTF8.self)
        for mode in [GatewaySettings.Mode.live, .dryRun] {
            let loaded = loader.load(yaml: text, named: "f", mode: mode)
            try check(loaded.diagnostics, of: Array(text.utf8))
            let hasErrors = loaded.diagnostics.contains { $0.severity == .error }
            try promise("there are settings or errors", (loaded.settings == nil) == hasErrors, loaded.diagnostics)
            let again = loader.load(yaml: text, named: "f", mode: mode).diagnostics
            try promise("a file has one meaning", again == loaded.diagnostics, [loaded.diagnostics, again])
            if let settings = loaded.settings { try plan(settings) }
        }
    }

    private static func check(_ diagnostics: [Diagnostic], of bytes: [UInt8]) throws(BrokenPromise) {
        // As editors count: lines end in LF, CR LF or CR; one more is the line after the last break.
        let lines = Lines(bytes)
        var last = (0, 0)
        for diagnostic in diagnostics {
            let place = (diagnostic.line, diagnostic.column)
            try promise("a diagnostic stands in the file", lines.contain(place), diagnostic)
            try promise("diagnostics stand in the order of the file", last <= place, diagnostics)
            last = place
            try promise(
                "a diagnostic is a line that no terminal obeys",
                diagnostic.text.unicodeScalars.allSatisfy {
                    ![.control, .format, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
                }, diagnostic)
            try promise("no secret stands in a diagnostic", !diagnostic.text.contains(secret), diagnostic)
        }
    }

    /// Settings without errors make a gateway, and it can plan any message.
    private static func plan(_ settings: GatewaySettings) throws(BrokenPromise) {
        let gateway: Gateway
        do throws(InvalidSettings) {
            gateway = try Gateway(settings, clock: ManualClock(), random: SeededRandom())
        } catch {
            throw BrokenPromise(description: "settings that were checked contradict each other: \(error)")
        }
        var messages = [Message(to: ["13800138000", "+44 7700 900123"], content: .text("text"))]
        for template in settings.templates {
            let values = template.parameters.map { ($0.name, "271828") }
            messages.append(
                Message(
                    to: ["13800138000"], template: template.name,
                    parameters: Dictionary(values, uniquingKeysWith: { first, _ in first })))
        }
        for message in messages {
            let plan = gateway.plan(message)
            for batch in plan.batches {
                try promise("a route has providers", !batch.candidates.isEmpty)
                try promise("a message has time", batch.deadline > .zero, batch.deadline)
            }
        }
    }

    /// How long the lines of a text are, in characters.
    private struct Lines {
        private var lengths = [0]

        init(_ bytes: [UInt8]) {
            var before: UInt8 = 0
            for byte in bytes {
                switch byte {
                case 0x0A where before == 0x0D: break
                case 0x0A, 0x0D: lengths.append(0)
                case 0x80...0xBF: break
                default: lengths[lengths.count - 1] += 1
                }
                before = byte
            }
        }

        /// Just behind a line or the text counts: there the missing stands.
        func contain(_ place: (line: Int, column: Int)) -> Bool {
            guard place.line >= 1, place.column >= 1 else { return false }
            if place.line == lengths.count + 1 { return place.column == 1 }
            return place.line <= lengths.count && place.column <= lengths[place.line - 1] + 1
        }
    }
}
