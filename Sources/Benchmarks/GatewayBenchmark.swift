import AliyunProvider
import Foundation

/// `gateway-benchmark`: the figures that the project is held to, one JSON line a run.
@main
struct GatewayBenchmark {
    static func main() async {
        do {
            try await measure(try Arguments(CommandLine.arguments.dropFirst()))
        } catch {
            FileHandle.standardError.write(Data("gateway-benchmark: \(error)\n".utf8))
            exit(error is Arguments.Usage ? 2 : 1)
        }
    }

    private static func measure(_ arguments: Arguments) async throws {
        switch arguments.mode {
        case .hmac: print(try HMACBenchmark.run(extra: try SigningBenchmark.closures()))
        case .noIO: print(try await RoutingBenchmark.run())
        case .endpoint(let endpoint): print(try await SendBenchmark(endpoint: endpoint, arguments).run())
        case .compare: print(try Comparison(arguments).run())
        case .bareLoop(let endpoint): print(try BareLoop.run(endpoint: endpoint, arguments))
        case .outbox: print(try await OutboxBenchmark(arguments).run())
        case .start: print(try await StartBenchmark(arguments).run())
        case .serve: print(try await ServeBenchmark(arguments).run())
        case .fixedServer: try FixedServer.serve()
        }
    }
}

/// What the command line asks for.
struct Arguments {
    enum Mode {
        case endpoint(String)
        case noIO
        case hmac
        /// Durable messages beside bare SQLite.
        case outbox
        /// The same through the server.
        case serve
        /// Over a file of many messages.
        case start
        /// The gateway beside the bare loop, and the two processes that this needs.
        case compare
        case bareLoop(String)
        case fixedServer
    }

    struct Usage: Error, CustomStringConvertible {
        var description: String
    }

    var mode = Mode.noIO
    var messages = 100_000
    var inFlight = 64
    var signature = SignatureVersion.v3
    /// Two hands feed a server that one cannot saturate; more only take its processor away on a small machine.
    var ownerThreads = 2

    static let usage = """
        usage: gateway-benchmark --endpoint URL [--messages N] [--in-flight N] [--signature v1|v3] [--owner-threads N]
               gateway-benchmark --compare [--messages N] [--in-flight N] [--signature v1|v3] [--owner-threads N]
               gateway-benchmark --no-io
               gateway-benchmark --hmac
               gateway-benchmark --outbox [--messages N] [--in-flight N]
               gateway-benchmark --serve [--messages N] [--in-flight N]
               gateway-benchmark --start-up [--messages N]
        """

    init(_ arguments: some Sequence<String>) throws {
        var rest = Array(arguments)[...]
        var mode: Mode?
        while let name = rest.popFirst() {
            switch name {
            case "--no-io": mode = .noIO
            case "--hmac": mode = .hmac
            case "--outbox": mode = .outbox
            case "--serve": mode = .serve
            case "--start-up": mode = .start
            case "--compare": mode = .compare
            case "--bare-loop": mode = .bareLoop(try Self.value(name, &rest))
            case "--fixed-server": mode = .fixedServer
            case "--endpoint": mode = .endpoint(try Self.value(name, &rest))
            case "--messages": messages = try Self.number(name, &rest)
            case "--in-flight": inFlight = try Self.number(name, &rest)
            case "--owner-threads": ownerThreads = try Self.number(name, &rest)
            case "--signature":
                guard let version = SignatureVersion(rawValue: try Self.value(name, &rest)) else {
                    throw Usage(description: Self.usage)
                }
                signature = version
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
