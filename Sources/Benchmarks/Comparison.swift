import AliyunProvider
import Foundation

/// The gateway beside the bare loop: same bytes, same server, one after the other in turns, each in a process of its own.
struct Comparison {
    private static let rounds = 5
    private let arguments: Arguments

    init(_ arguments: Arguments) { self.arguments = arguments }

    /// One JSON line: the medians of both, and the medians of the ratios within each turn.
    func run() throws -> String {
        let server = try ChildServer()
        defer { server.stop() }
        var turns: [(gateway: [String: Double], bare: [String: Double])] = []
        for _ in 0..<Self.rounds {
            turns.append((try measure("--endpoint", server), try measure("--bare-loop", server)))
        }
        func median(_ value: ((gateway: [String: Double], bare: [String: Double])) -> Double?) -> Double {
            let sorted = turns.compactMap(value).sorted()
            return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
        }
        func ratio(_ key: String) -> Double {
            median { turn in turn.gateway[key].flatMap { ours in turn.bare[key].map { ours / $0 } } }
        }
        return Measurement.line([
            "in_flight": Double(arguments.inFlight),
            "messages_per_second": median { $0.gateway["messages_per_second"] },
            "bare_messages_per_second": median { $0.bare["messages_per_second"] },
            "messages_ratio": ratio("messages_per_second"),
            "cpu_us_per_message": median { $0.gateway["cpu_us_per_message"] },
            "bare_cpu_us_per_message": median { $0.bare["cpu_us_per_message"] },
            "cpu_ratio": ratio("cpu_us_per_message"),
            "p50_ms": median { $0.gateway["p50_ms"] }, "p99_ms": median { $0.gateway["p99_ms"] },
            "peak_rss_mb": median { $0.gateway["peak_rss_mb"] },
        ])
    }

    private func measure(_ mode: String, _ server: ChildServer) throws -> [String: Double] {
        let child = Process()
        child.executableURL = Bundle.main.executableURL
        child.arguments = [
            mode, server.address, "--messages", String(arguments.messages), "--in-flight", String(arguments.inFlight),
            "--signature", arguments.signature.rawValue, "--owner-threads", String(arguments.ownerThreads),
        ]
        let output = Pipe()
        child.standardOutput = output
        try child.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        child.waitUntilExit()
        return try JSONDecoder().decode([String: Double].self, from: data)
    }
}
