import Foundation
import LoopbackServer
import NotificationGateway
import ProcessSupport
import Testing

/// A call of the command-line tool, with canaries in its configuration and its message.
struct CanaryCommand: Sendable, CustomTestStringConvertible {
    var arguments: [String]
    var status: Int32
    var vendor = CanaryVendor()
    /// What must stand in the output, so that a test sees what it looks at.
    var word: String
    /// Changes the configuration.
    var file: @Sendable (String) -> String = { $0 }

    var testDescription: String { arguments.joined(separator: " ") + " → \(word)" }

    init(
        _ arguments: [String], _ status: Int32, _ word: String, _ vendor: CanaryVendor = CanaryVendor(),
        file: @escaping @Sendable (String) -> String = { $0 }
    ) {
        (self.arguments, self.status, self.word, self.vendor, self.file) = (arguments, status, word, vendor, file)
    }

    private static let news = [
        "--to", "139 1726 0435", "--template", "shipped", "--param", "name=\(Canary.name)", "--param",
        "text=\(Canary.text)", "--tag", Canary.tag, "--id", "m-1",
    ]
    private static let code = ["--to", Canary.number, "--template", "login-code", "--param", "code=\(Canary.code)"]
    private static let query = ["query", "--provider", "vendor", "--id", "m-1", "--to", Canary.number]

    static let all = [
        CanaryCommand(["send"] + news, 0, "accepted"),
        CanaryCommand(["send", "--verbose"] + news, 0, "accepted"),
        CanaryCommand(
            ["send", "--verbose"] + code, 1, "isv.X", CanaryVendor(send: .refuses("isv.X", Canary.echoOfCode))),
        CanaryCommand(
            ["send"] + news, 1, "invalid-recipient", CanaryVendor(send: .refuses("isv.MOBILE_NUMBER_ILLEGAL"))),
        CanaryCommand(
            ["send"] + news, 3, "Forbidden.RAM", CanaryVendor(send: .close, query: .refuses("Forbidden.RAM"))),
        CanaryCommand(["send", "--dry-run"] + news, 0, "dry-run"),
        CanaryCommand(["send", "--to", "12"] + news, 1, "invalid-recipient"),
        CanaryCommand(
            ["send", "--to", "139172604350000", "--template", "login-code", "--param", "code=\(Canary.name)"], 1, "code"
        ),
        CanaryCommand(
            ["send", "--to", Canary.number, "--template", "shipped", "--param", Canary.secret], 2, "name=value"),
        CanaryCommand(["explain"] + news, 0, "text messages"),
        CanaryCommand(["explain", "--policy"] + code, 0, "text messages"),
        CanaryCommand(
            [
                "explain", "--template", "offered", "--to", Canary.foreignNumber, "--param", "name=\(Canary.name)",
                "--param", "text=\(Canary.text)",
            ], 0, "offers"),
        CanaryCommand(["check"], 0, ""),
        CanaryCommand(
            ["check"], 2, "error",
            file: {
                $0.replacing("${file:secret}", with: "[\(Canary.secret)]").replacing(
                    "${env:TOKEN}", with: "\"${env:TOKEN}${x:\(Canary.token)\"")
            }),
        CanaryCommand(["providers"], 0, "vendor"),
        // What the message said, who only asks cannot know, and the vendor's word of it comes through.
        CanaryCommand(query, 1, "isv.OTHER", CanaryVendor(query: .refuses("isv.OTHER", Canary.echoOfQuestion))),
        CanaryCommand(
            query, 1, "permission-denied", CanaryVendor(query: .markup("Forbidden.RAM", Canary.echoOfQuestion))),
        CanaryCommand(query, 1, "invalid-answer", CanaryVendor(query: .code("OK", message: Canary.echo))),
    ]
}

@Suite("Canaries in the command-line tool")
struct CanaryCommandTests {
    private func run(_ command: CanaryCommand, json: Bool) async throws -> ChildProcess.End {
        let server = command.vendor.serve()
        defer { server.stop() }
        let folder = try TemporaryFolder()
        try folder.write(Canary.secret, to: "secret")
        try folder.write(
            command.file(CanaryBench.file(endpoint: "http://127.0.0.1:\(server.port)")), to: "providers.yaml")
        return try await ChildProcess.run(
            "notify", command.arguments + (json ? ["--json"] : []), environment: CanaryBench.environment,
            in: folder.path)
    }

    /// Output without the addresses that were asked for: these stand there, spelled in this way and no other.
    private func withoutAddresses(_ text: String) -> String {
        ["+8613917260435", "+447817260439", "139172604350000"].reduce(text) { $0.replacing($1, with: "") }
    }

    @Test(
        "are in nothing that it prints, but the addresses that it was given", arguments: CanaryCommand.all,
        [false, true])
    func output(_ command: CanaryCommand, json: Bool) async throws {
        let end = try await run(command, json: json)
        #expect(end.status == command.status)
        if !command.word.isEmpty { #expect((end.output + end.errors).contains(command.word)) }
        #expect(Canary.leaks(in: [withoutAddresses(end.output), end.errors]) == [])
    }

    @Test("of a message are shown to who asks the vendor for it", arguments: [false, true])
    func query(json: Bool) async throws {
        let arguments = ["query", "--provider", "vendor", "--id", "m-1", "--to", Canary.number]
        let end = try await run(CanaryCommand(arguments, 0, "", CanaryVendor(query: CanaryPlace.record)), json: json)
        #expect(end.status == 0)
        #expect(Canary.found(in: [end.output]) == (json ? ["the number", "the code"] : ["the number"]))
        #expect(Canary.leaks(in: [end.errors]) == [])
    }

    @Test("of a template's default are shown to who lists templates", arguments: [false, true])
    func templates(json: Bool) async throws {
        let end = try await run(CanaryCommand(["templates"], 0, ""), json: json)
        #expect(Canary.found(in: [end.output]) == CanaryPlace.defaultOfTemplate.marks)
        #expect(Canary.leaks(in: [end.errors]) == [])
    }
}
