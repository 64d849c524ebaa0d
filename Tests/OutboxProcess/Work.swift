import GatewayOutbox
import Glibc
import NotificationGateway

/// Submits and sends.
struct Work: Sendable {
    let record: String
    let run: String
    let messages: Int
    let kill: KillSwitch

    func run(on path: String) async throws {
        // A minute later than the run before it: the leases of the killed are over at once.
        let clock = LateClock(by: .seconds(60) * (Int(run.prefix { $0 != "." }) ?? 0))
        let store = try SQLiteOutboxStore(path: path)
        let provider = RecordProvider(path: record, kill: kill)
        let gateway = try Gateway(
            GatewaySettings(
                mode: .live, providers: [GatewaySettings.ConfiguredProvider(name: "p", provider: provider)],
                routes: [Route(name: "all", candidates: [Route.Candidate("p")], retries: 0)]),
            clock: clock, random: SystemRandom())
        let dispatcher = OutboxDispatcher(
            store: store, gateway: OutboxGateway(gateway), options: .init(pause: .milliseconds(20)), clock: clock)
        await dispatcher.start()
        await withTaskGroup { group in
            for worker in 0..<8 { group.addTask { await submit(worker, dispatcher) } }
        }
        while try await store.counts().contains(where: { $0.key.isOpen }) {
            try await clock.sleep(until: clock.now + .milliseconds(5))
        }
        await dispatcher.stop(within: .seconds(10))
    }

    private func submit(_ worker: Int, _ dispatcher: OutboxDispatcher) async {
        for number in stride(from: worker, to: messages, by: 8) {
            let submission = Submission.sample("\(run)-\(number)")
            kill.pass()
            guard (try? await dispatcher.submit(submission)) != nil else { exit(1) }
            say(submission.id.rawValue)
            kill.pass()
        }
    }
}

/// The system's clock, set forward.
private struct LateClock: GatewayClock {
    private let system = SystemClock()
    private let span: Duration

    init(by span: Duration) { self.span = span }

    var now: MonotonicTime { system.now }

    var wallTime: WallTime { system.wallTime.advanced(by: span.components.seconds) }

    func sleep(until time: MonotonicTime) async throws(CancellationError) { try await system.sleep(until: time) }
}

/// Appends the reference of each request to a file, which it also knows when it is asked: a vendor that outlives this process.
private struct RecordProvider: MessageProvider, StatusLookup {
    let path: String
    let kill: KillSwitch

    var capabilities: Capabilities { Capabilities(channels: [.sms], content: [.text]) }
    var statusLookup: (any StatusLookup)? { self }
    var receiptReader: (any ReceiptReader)? { nil }
    /// What a killed process has appended is there at once.
    var settlingTime: Duration? { .zero }
    var findsByReferenceAlone: Bool { true }

    func send(_ request: ProviderRequest) async throws(ProviderError) -> ProviderReceipt {
        kill.pass()
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        append(request.reference, to: descriptor)
        close(descriptor)
        kill.pass()
        return ProviderReceipt(vendorMessageID: request.reference)
    }

    func records(for query: StatusQuery) async throws(ProviderError) -> [StatusRecord] {
        kill.pass()
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var records: [StatusRecord] = []
        var line = [CChar](repeating: 0, count: 200)
        while fgets(&line, 200, file) != nil {
            let bytes = line.prefix { $0 != 0 && $0 != 10 }.map(UInt8.init(bitPattern:))
            let reference = String(decoding: bytes, as: UTF8.self)
            if query.matches(reference: reference) {
                records.append(StatusRecord(state: .pending, reference: reference))
            }
        }
        return records
    }

    func preview(_ request: ProviderRequest) throws(ProviderError) -> RequestPreview {
        RequestPreview(destination: "append", fields: [])
    }

    func shutdown() async {}
}
