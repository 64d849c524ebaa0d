/// What the command line asks for.
enum Invocation: Equatable {
    case serve(configuration: String)
    case help
    /// Why it is none.
    case wrong(String)

    static let usage = """
        usage: captcha-service [--config <file>]

        Serves GET /sms_captcha/?phone=… on 127.0.0.1. The configuration is providers.yaml where none is named; the
        environment variable PORT names another port than 8080.
        """

    /// Reads the arguments after the program's name; the configuration may be named without `--config` too.
    init(_ arguments: ArraySlice<String>) {
        var rest = arguments
        switch rest.popFirst() {
        case nil: self = .serve(configuration: "providers.yaml")
        case "--help", "-h": self = .help
        case "--config":
            let file = rest.popFirst() ?? ""
            self = file.isEmpty ? .wrong("--config needs a file") : Self.serve(file, rest)
        case let option? where option.hasPrefix("-"): self = .wrong("unknown option '\(option)'")
        case let file?: self = file.isEmpty ? .wrong("the configuration's name is empty") : Self.serve(file, rest)
        }
    }

    private static func serve(_ file: String, _ rest: ArraySlice<String>) -> Invocation {
        if file.hasPrefix("-") { return .wrong("--config needs a file, and '\(file)' is an option") }
        return rest.first.map { .wrong("unexpected '\($0)'") } ?? .serve(configuration: file)
    }
}
