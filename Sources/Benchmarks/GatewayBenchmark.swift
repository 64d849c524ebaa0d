import Foundation

/// `gateway-benchmark`: the figures that the project is held to, one JSON line a run.
@main
struct GatewayBenchmark {
    static func main() async throws {
        let arguments = try Arguments(CommandLine.arguments.dropFirst())
        switch arguments.mode {
        case .hmac: print(try HMACBenchmark.run(extra: try SigningBenchmark.closures()))
        case .noIO: print(try await RoutingBenchmark.run())
        case .endpoint(let endpoint): print(try await SendBenchmark(endpoint: endpoint, arguments).run())
        }
    }
}

/// What the command line asks for.
struct Arguments {
    enum Mode {
        case endpoint(String)
        case noIO
        case hmac
    }

    struct Usage: Error, CustomStringConvertible {
        var description: String
    }

    var mode = Mode.noIO
    var messages = 100_000
    var inFlight = 64
    var signature = "v3"

    static let usage = """
        usage: gateway-benchmark --endpoint URL [--messages N] [--in-flight N] [--signature v1|v3]
               gateway-benchmark --no-io
               gateway-benchmark --hmac
        """

    init(_ arguments: some Sequence<String>) throws {
        var rest = Array(arguments)[...]
        var mode: Mode?
        while let name = rest.popFirst() {
            switch name {
            case "--no-io": mode = .noIO
            case "--hmac": mode = .hmac
            case "--endpoint": mode = .endpoint(try Self.value(name, &rest))
            case "--messages": messages = try Self.number(name, &rest)
            case "--in-flight": inFlight = try Self.number(name, &rest)
            case "--signature":
                signature = try Self.value(name, &rest)
                guard signature == "v1" || signature == "v3" else { throw Usage(description: Self.usage) }
            default: throw Usage(description: "unknown option \(name)\n\(Self.usage)")
            }
        }
        guard let mode else { throw Usage(description: Self.usage) }
        self.mode = mode
    }

    private static func value(_ name: String, _ rest: inout ArraySlice<String>) throws -> String {
        guard let value = rest.popFirst() else { throw Usage(description: "\(name) needs a value\n\(usage)") }
        return value
    }

    private static func number(_ name: String, _ rest: inout ArraySlice<String>) throws -> Int {
        guard let number = Int(try value(name, &rest)), number > 0 else {
            throw Usage(description: "\(name) needs a number above 0\n\(usage)")
        }
        return number
    }
}
