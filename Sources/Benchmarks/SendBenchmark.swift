import AliyunProvider
import CurlTransport
import NotificationGateway

/// The whole library path against a server that answers a fixed 200: route, bind, sign, send, parse, receipt.
///
/// The sending tasks prefer the transport's own threads, as docs/performance.md advises for services that send much.
struct SendBenchmark {
    let endpoint: String
    let arguments: Arguments
    private let transport: CurlTransport

    init(endpoint: String, _ arguments: Arguments) {
        self.endpoint = endpoint
        self.arguments = arguments
        transport = CurlTransport(CurlTransportOptions(ownerThreads: arguments.ownerThreads))
    }

    func run() async throws -> String {
        let gateway = try gateway()
        // Opens the connections and fills the caches, so that the figures are those of a service that runs.
        _ = try await send(min(arguments.messages, arguments.inFlight * 4), through: gateway)
        let processor = Measurement.processorSeconds()
        let started = ContinuousClock.now
        var latencies = try await send(arguments.messages, through: gateway)
        let elapsed = (ContinuousClock.now - started) / .seconds(1)
        let used = Measurement.processorSeconds() - processor
        await gateway.shutdown()
        latencies.sort()
        return Measurement.line([
            "messages_per_second": Double(arguments.messages) / elapsed,
            "cpu_us_per_message": used * 1_000_000 / Double(arguments.messages),
            "p50_ms": percentile(latencies, 0.50), "p99_ms": percentile(latencies, 0.99),
            "peak_rss_mb": Measurement.peakMemory(),
        ])
    }

    private func percentile(_ sorted: [Float], _ part: Double) -> Double {
        sorted.isEmpty ? 0 : Double(sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))])
    }

    /// Keeps so many messages in flight and returns the time of each in milliseconds.
    private func send(_ messages: Int, through gateway: Gateway) async throws -> [Float] {
        try await withThrowingTaskGroup(of: [Float].self) { group in
            let lanes = min(arguments.inFlight, messages)
            for lane in 0..<lanes {
                let share = messages / lanes + (lane < messages % lanes ? 1 : 0)
                group.addTask(executorPreference: transport.executor) {
                    try await Self.lane(share, gateway)
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    private static func lane(_ messages: Int, _ gateway: Gateway) async throws -> [Float] {
        var latencies: [Float] = []
        latencies.reserveCapacity(messages)
        for _ in 0..<messages {
            let started = ContinuousClock.now
            let delivery = await gateway.send(
                Message(to: ["+8613800138000"], template: "login-code", parameters: ["code": "271828"]))
            // A server that answers 200 and says nothing of Dysms leaves the outcome open; the work is the same.
            guard delivery.outcome != .rejected else { throw Failed(delivery: delivery) }
            latencies.append(Float((ContinuousClock.now - started) / .milliseconds(1)))
        }
        return latencies
    }

    struct Failed: Error, CustomStringConvertible {
        var delivery: Delivery
        var description: String {
            "a message was not accepted: \(delivery.recipients.first?.error?.description ?? "no reason given")"
        }
    }

    private func gateway() throws -> Gateway {
        let kind = AliyunKind.dysms { _ in transport }
        let provider = try kind.make(
            OptionValues([
                "access_key_id": .string("benchmark-key-id"), "access_key_secret": .secret(Secret("benchmark-secret")),
                "sign_name": .string("云通信"), "endpoint": .string(endpoint),
                "signature": .string(arguments.signature.rawValue),
            ]), ProviderContext(name: "aliyun"))
        return try Gateway(
            GatewaySettings(
                providers: [GatewaySettings.ConfiguredProvider(name: "aliyun", type: kind.type, provider: provider)],
                templates: [
                    try RoutingBenchmark.loginCode(
                        provider: "aliyun", fields: OptionValues(["template_code": .string("SMS_0000")]))
                ],
                routes: [
                    Route(
                        name: "codes", rule: Rule(channels: [.sms], categories: [.verification], countries: ["CN"]),
                        candidates: [Route.Candidate("aliyun")])
                ]))
    }
}
