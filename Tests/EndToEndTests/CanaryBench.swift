import AliyunProvider
import CurlTransport
import FileProvider
import Foundation
import GatewayConfiguration
import GatewayOutbox
import GatewayTestKit
import InMemoryLogging
import InMemoryTracing
import Logging
import LoopbackServer
import Metrics
import MetricsTestKit
import NotificationGateway
import ProcessSupport
import Testing
import Tracing

/// A gateway with canaries in all its secrets, before a vendor that repeats them, and everything that it may show.
struct CanaryBench {
    let server: LoopbackServer
    let folder: TemporaryFolder
    let gateway: Gateway
    let logs: InMemoryLogHandler
    let metrics: TestMetrics
    let tracer: InMemoryTracer
    let clock: ManualClock
    let settings: GatewaySettings
    private let loaded: LoadedConfiguration

    static let environment = [
        "KEY_ID": Canary.keyID, "TOKEN": Canary.token, "PROXY_PASSWORD": Canary.proxyPassword,
        "DEFAULT": Canary.defaultValue, "CONSTANT": Canary.constant,
    ]

    /// Makes a gateway inside of the metrics that a test collects.
    ///
    /// - Parameters:
    ///   - options: more lines of the vendor's section.
    ///   - change: what is to be different in the configuration.
    static func with<Result>(
        _ vendor: CanaryVendor = CanaryVendor(), port: Int? = nil, mode: String = "live", options: [String] = [],
        file change: (String) -> String = { $0 }, _ body: (CanaryBench) async throws -> Result
    ) async throws -> Result {
        let server = vendor.serve()
        defer { server.stop() }
        let folder = try TemporaryFolder()
        try folder.write(Canary.secret + "\n", to: "secret")
        let yaml = file(
            endpoint: "http://127.0.0.1:\(port ?? server.port)", mode: mode,
            options: options.map { $0.replacing("PORT", with: "\(server.port)") })
        let path = try folder.write(change(yaml), to: "providers.yaml")
        let metrics = TestMetrics()
        return try await withMetricsFactory(metrics) {
            let bench = try CanaryBench(server: server, folder: folder, path: path, metrics: metrics)
            let result = try await body(bench)
            await bench.gateway.shutdown()
            return result
        }
    }

    private init(server: LoopbackServer, folder: TemporaryFolder, path: String, metrics: TestMetrics) throws {
        let (logs, tracer) = (InMemoryLogHandler(), InMemoryTracer())
        var logger = Logger(label: "canary") { _ in logs }
        logger.logLevel = .trace
        let (clock, random) = (ManualClock(mode: .automatic), SeededRandom())
        let loader = ConfigurationLoader(
            kinds: World.kinds, environment: Self.environment, clock: clock, random: random, logger: logger)
        let loaded = loader.load(path: path)
        #expect(loaded.diagnostics.filter { $0.severity == .error } == [])
        let settings = try #require(loaded.settings)
        gateway = try Gateway(settings, clock: clock, random: random, logger: logger, tracer: tracer)
        (self.loaded, self.settings) = (loaded, settings)
        (self.server, self.folder, self.clock) = (server, folder, clock)
        (self.logs, self.metrics, self.tracer) = (logs, metrics, tracer)
    }

    static func file(endpoint: String, mode: String = "live", options: [String] = []) -> String {
        """
        version: 1
        mode: \(mode)
        default_country: CN
        providers:
          vendor:
            type: aliyun-dysms
            endpoint: \(endpoint)
            access_key_id: ${env:KEY_ID}
            access_key_secret: ${file:secret}
            security_token: ${env:TOKEN}
            sign_name: 云通信
            settling_time: 1s
            \((options.contains { $0.hasPrefix("replay_guard") } ? options : options + [#"replay_guard: "off""#]).joined(separator: "\n    "))
          journal: { type: file, path: journal.jsonl, fsync: never }
          log: { type: log, level: trace }
        templates:
          login-code:
            category: verification
            parameters: { code: { pattern: "[0-9]{4,8}" } }
            text: "您的验证码是${code}"
            bindings: { vendor: { template_code: SMS_0000 } }
        \(["shipped", "offered", "scarce"].map(template).joined(separator: "\n"))
        routes:
          - { name: offers, match: { template: offered }, providers: vendor, quiet_hours: { from: "00:00", to: "23:59", time_zone: recipient } }
          - { name: scarce, match: { template: scarce }, providers: vendor, recipient_limit: 1/h }
          - { name: text messages, match: { channel: sms, country: [CN, GB] }, providers: vendor, retries: 1, deadline: 5m }
          - { name: pages, match: { channel: [email, webhook] }, providers: journal }
          - { name: america, match: { channel: sms, country: US }, providers: journal }
          - { name: rooms, match: { channel: [chat, push] }, providers: log }
        """
    }

    private static func template(_ name: String) -> String {
        """
          \(name):
            category: \(name == "offered" ? "marketing" : "notification")
            parameters: { name: , text: , extra: { default: "${env:DEFAULT}" } }
            text: "${name}: ${text} ${extra}"
            bindings: { vendor: { template_code: SMS_2000, variables: approved, constants: { region: "${env:CONSTANT}" } } }
        """
    }

    // MARK: What is shown

    /// What somebody sees who watches or prints whatever he holds.
    func texts(_ message: Message, _ delivery: Delivery) throws -> [String] {
        let explanation = gateway.explain(message)
        var texts = logs.entries.flatMap { ["\($0)", "\($0.message)", "\($0.metadata)"] }
        texts +=
            metrics.counters.map { "\($0.label) \($0.dimensions)" }
            + metrics.timers.map { "\($0.label) \($0.dimensions)" }
        texts +=
            metrics.recorders.map { "\($0.label) \($0.dimensions)" }
            + metrics.meters.map { "\($0.label) \($0.dimensions)" }
        for span in tracer.finishedSpans {
            texts += [span.operationName, "\(span.errors)", "\(span.events)", "\(String(describing: span.status))"]
            span.attributes.forEach { texts.append("\($0) \($1)") }
        }
        texts += try Self.texts(delivery) + Self.texts(explanation)
        let values: [Any] = [gateway, gateway.health, message, message.content, loaded, settings]
        texts += values.flatMap(Canary.shown)
        texts.append((try? read(folder.file("journal.jsonl"))) ?? "")
        return texts
    }

    /// All of a delivery but the recipients' own addresses.
    static func texts(_ delivery: Delivery) throws -> [String] {
        var texts = Canary.shown(delivery) + Canary.shown(SendResult(delivery))
        for attempt in delivery.attempts {
            let record = AttemptRecord(attempt)
            texts += Canary.shown(attempt) + Canary.shown(record) + [try json(record), attempt.why, attempt.reference]
            texts += Self.texts(attempt.error) + Self.texts(attempt.reconciliation?.error)
            texts += [attempt.reconciliation?.why ?? ""] + Canary.shown(attempt.reconciliation as Any)
            texts += Canary.shown(attempt.receipt as Any)
        }
        for result in delivery.recipients {
            texts += Canary.shown(result) + Self.texts(result.error) + [result.vendorMessageID ?? ""]
            texts += Canary.shown(result.given) + Canary.shown(result.recipient as Any)
        }
        for planned in delivery.previews { texts += Canary.shown(planned) + Self.texts(planned.preview) }
        return texts
    }

    private static func json(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }

    private static func texts(_ error: ProviderError?) -> [String] {
        guard let error else { return [] }
        return Canary.shown(error) + [error.message, error.vendorCode?.rawValue ?? "", error.requestID ?? ""]
            + [error.reason.metricLabel] + Canary.shown(error.replay as Any)
    }

    private static func texts(_ preview: RequestPreview) -> [String] {
        Canary.shown(preview) + [preview.destination] + preview.fields.flatMap { [$0.name, $0.value] }
    }

    static func texts(_ explanation: Explanation) -> [String] {
        var texts = Canary.shown(explanation) + Canary.shown(explanation.plan)
        for (batch, why) in zip(explanation.plan.batches, explanation.batches) {
            texts += [batch.why] + why.bindings + why.nearest.map(\.failed) + why.policy.map(\.why)
            for candidate in batch.candidates {
                texts += Canary.shown(candidate) + [candidate.why ?? ""] + Self.texts(candidate.refusal)
                if let request = candidate.request { texts += Self.texts(request) }
            }
        }
        texts += explanation.unrouted.flatMap { $0.nearest.map(\.failed) }
        for result in explanation.plan.recipients { texts += Canary.shown(result) + Self.texts(result.error) }
        return texts
    }
}
