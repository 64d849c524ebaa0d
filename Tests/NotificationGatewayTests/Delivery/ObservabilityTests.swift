import GatewayTestKit
import InMemoryLogging
import InMemoryTracing
import Logging
import Metrics
import MetricsTestKit
import NotificationGateway
import Testing
import Tracing

/// What one send leaves in logs, metrics and spans.
private struct Record {
    var delivery: Delivery
    var spans: [FinishedInMemorySpan]
    var logs: [InMemoryLogHandler.Entry]
    var metrics: TestMetrics

    /// Sends a code to one number through recording providers named `p1`, `p2`, …
    static func of(
        _ steps: [[RecordingProvider.Step]], mode: GatewaySettings.Mode = .live, retries: Int = 0
    ) async throws -> Record {
        let (tracer, logs, metrics) = (InMemoryTracer(), InMemoryLogHandler(), TestMetrics())
        var logger = Logger(label: "test") { _ in logs }
        logger.logLevel = .trace
        let names = steps.indices.map { ProviderName(rawValue: "p\($0 + 1)") }
        let settings = GatewaySettings(
            mode: mode, defaultCountry: "CN",
            providers: zip(names, steps).map {
                GatewaySettings.ConfiguredProvider(name: $0, provider: RecordingProvider($1))
            },
            templates: [
                Template(
                    name: "login-code", category: .verification, parameters: [TemplateParameter("code")],
                    texts: [LocalText(locale: nil, text: try TextTemplate("code ${code}"))])
            ],
            routes: [Route(name: "all", candidates: names.map { Route.Candidate($0) }, retries: retries)])
        let message = Message(
            id: "m1", to: ["138 0013 8000"], template: "login-code", parameters: ["code": "271828"])
        let delivery = try await withMetricsFactory(metrics) {
            let gateway = try Gateway(
                settings, clock: ManualClock(mode: .automatic), random: SeededRandom(), logger: logger, tracer: tracer)
            return await gateway.send(message)
        }
        return Record(delivery: delivery, spans: tracer.finishedSpans, logs: logs.entries, metrics: metrics)
    }

    /// `notify.attempts acceptance=accepted provider=p1 reason=none: 1`, in alphabetical order.
    var counters: [String] {
        metrics.counters.filter { $0.totalValue > 0 }
            .map { "\(Self.name($0.label, $0.dimensions)): \($0.totalValue)" }.sorted()
    }

    var timers: [String] {
        metrics.timers.map { "\(Self.name($0.label, $0.dimensions)): \($0.values.count)" }.sorted()
    }

    static func name(_ label: String, _ dimensions: [(String, String)]) -> String {
        ([label] + dimensions.map { "\($0)=\($1)" }.sorted()).joined(separator: " ")
    }

    /// Everything that leaves the process.
    var texts: [String] {
        var texts = logs.map { "\($0.message) \($0.metadata)" } + counters + timers
        for span in spans {
            texts += [span.operationName, "\(span.errors)", "\(span.events)"]
            span.attributes.forEach { texts.append("\($0) \($1)") }
        }
        return texts
    }
}

@Suite("What a send shows to those who watch")
struct ObservabilityTests {
    private static func failure(
        _ reason: Reason, _ acceptance: Acceptance = .rejected
    ) -> [RecordingProvider.Step] { [.fail(ProviderError(reason, acceptance, vendorCode: "isv.X", message: "no"))] }

    @Test("is a span for the send and, inside it, one for each attempt, with an error where it failed")
    func spans() async throws {
        let record = try await Record.of([Self.failure(.insufficientBalance), []])
        #expect(record.spans.map(\.operationName) == ["notify.attempt", "notify.attempt", "notify.send"])
        let send = try #require(record.spans.last)
        #expect(send.attributes.get("notify.message_id") == "m1")
        #expect(send.attributes.get("notify.outcome") == "accepted")
        #expect(send.status == nil)
        let attempts = record.spans.dropLast()
        #expect(attempts.map(\.parentSpanID) == [send.spanID, send.spanID])
        #expect(attempts.map(\.kind) == [.client, .client])
        #expect(attempts.map { $0.attributes.get("notify.provider") } == ["p1", "p2"])
        #expect(attempts.map { $0.attributes.get("notify.reference") } == ["m1-1", "m1-2"])
        #expect(attempts.map { $0.attributes.get("notify.reason") } == ["insufficient-balance", nil])
        #expect(attempts.map(\.status?.code) == [.error, nil])
    }

    @Test(
        "marks the span of a message that was not accepted as an error",
        arguments: [(Reason.invalidRecipient, Acceptance.rejected, "rejected"), (.timedOut, .unknown, "uncertain")])
    func failed(_ reason: Reason, _ acceptance: Acceptance, _ outcome: String) async throws {
        let record = try await Record.of([Self.failure(reason, acceptance)])
        let send = try #require(record.spans.last)
        #expect(send.operationName == "notify.send" && send.status?.code == .error)
        #expect(send.attributes.get("notify.outcome") == .string(outcome))
    }

    @Test("has a span for the send of a dry run too, which is no error")
    func dryRun() async throws {
        let record = try await Record.of([[]], mode: .dryRun)
        #expect(record.spans.map(\.operationName) == ["notify.send"])
        #expect(record.spans.first?.attributes.get("notify.outcome") == "dry-run")
        #expect(record.spans.first?.status == nil)
        #expect(record.counters == ["notify.messages outcome=dry-run: 1"])
        #expect(record.timers.allSatisfy { $0.hasSuffix(": 0") })
        #expect(record.logs.map(\.message) == ["dry run: not sent"] && record.logs.map(\.level) == [.info])
    }

    @Test(
        "counts messages by outcome, and attempts by provider, acceptance and reason, times them, and gauges open circuits"
    )
    func metrics() async throws {
        let record = try await Record.of([Self.failure(.insufficientBalance), []])
        #expect(
            record.counters == [
                "notify.attempts acceptance=accepted provider=p2 reason=none: 1",
                "notify.attempts acceptance=rejected provider=p1 reason=insufficient-balance: 1",
                "notify.messages outcome=accepted: 1",
            ])
        #expect(
            record.metrics.recorders.map { Record.name($0.label, $0.dimensions) } == [
                "notify.provider.open_circuits provider=p1 scope=account"
            ])
        #expect(record.metrics.recorders.map(\.lastValue) == [1])
        #expect(
            record.timers == ["notify.attempt.duration provider=p1: 1", "notify.attempt.duration provider=p2: 1"])
    }

    @Test("has labels of bounded lists only", arguments: Reason.allCases)
    func labels(_ reason: Reason) async throws {
        let record = try await Record.of([Self.failure(reason, .unknown), Self.failure(reason)], retries: 1)
        let allowed: [String: Set<String>] = [
            "provider": ["p1", "p2"], "acceptance": Set(Acceptance.allCases.map(\.rawValue)),
            "reason": Set(Reason.allCases.map(\.metricLabel) + ["none"]),
            "outcome": Set(Outcome.allCases.map(\.rawValue)),
        ]
        let instruments =
            record.metrics.counters.map { ($0.label, $0.dimensions) }
            + record.metrics.timers.map { ($0.label, $0.dimensions) }
        for (label, dimensions) in instruments {
            #expect(["notify.messages", "notify.attempts", "notify.attempt.duration"].contains(label))
            for (name, value) in dimensions { #expect(allowed[name]?.contains(value) == true, "\(name)=\(value)") }
        }
    }

    @Test("counts waits and refusals of limits, repeats of an id, and what vendors were asked")
    func limits() async throws {
        let metrics = TestMetrics()
        try await withMetricsFactory(metrics) {
            let clock = ManualClock(mode: .automatic)
            let lookup = ScriptedLookup([])
            let settings = GatewaySettings(
                defaultCountry: "CN",
                providers: [
                    GatewaySettings.ConfiguredProvider(
                        name: "p1",
                        provider: RecordingProvider(
                            Self.failure(.timedOut, .unknown), last: .accept, statusLookup: lookup),
                        rateLimit: Rate(1, per: .seconds(20)))
                ],
                routes: [
                    Route(
                        name: "all", candidates: [Route.Candidate("p1")], retries: 0,
                        recipientLimit: [Rate(3, per: .seconds(3_600))])
                ])
            let gateway = try Gateway(settings, clock: clock, random: SeededRandom())
            func send(_ id: MessageID, _ text: String = "news") async -> Outcome {
                await gateway.send(Message(id: id, to: ["13800138000"], content: .text(text))).outcome
            }
            // The first is lost, the second waits, and the deadline leaves a third no turn beside them.
            #expect(await send("a") == .uncertain)
            #expect(await send("b") == .accepted)
            #expect(await send("b") == .accepted)
            #expect(await send("b", "other news") == .rejected)
            #expect(await send("c") == .accepted)
            #expect(await send("d") == .rejected)
        }
        let counted = Set(
            metrics.counters.filter { $0.totalValue > 0 }.map { Record.name($0.label, $0.dimensions) })
        #expect(
            counted.isSuperset(of: [
                "notify.limiter.refusals limiter=recipient_limit provider=none", "notify.repeats result=kept",
                "notify.repeats result=refused", "notify.reconciliations finding=unsettled provider=p1",
            ]))
        #expect(
            metrics.timers.contains {
                Record.name($0.label, $0.dimensions) == "notify.limiter.wait limiter=rate_limit provider=p1"
            })
    }

    @Test("is a log line for each attempt, and one for an account that does not work")
    func logs() async throws {
        let record = try await Record.of([Self.failure(.insufficientBalance), []])
        #expect(record.logs.map(\.message) == ["provider unhealthy", "attempt ended", "attempt ended"])
        #expect(record.logs.map(\.level) == [.error, .debug, .debug])
        #expect(record.logs.map { $0.metadata["notify.provider"] } == ["p1", "p1", "p2"])
        #expect(record.logs.map { $0.metadata["notify.attempt.next"] } == [nil, "next-provider", "done"])
    }

    @Test(
        "never holds the number or the code",
        arguments: GatewaySettings.Mode.allCases,
        [nil, Reason.invalidRecipient, .throttled, .timedOut, .permissionDenied])
    func privacy(_ mode: GatewaySettings.Mode, _ reason: Reason?) async throws {
        let steps = reason.map { Self.failure($0, .unknown) } ?? []
        let record = try await Record.of([steps, steps, []], mode: mode, retries: 1)
        #expect(!record.texts.isEmpty)
        for text in record.texts {
            #expect(!text.contains("13800138000") && !text.contains("138 0013 8000") && !text.contains("271828"))
        }
    }
}
