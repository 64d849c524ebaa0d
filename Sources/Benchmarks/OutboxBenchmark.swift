import Foundation
import GatewayOutbox
import NotificationGateway
import Synchronization

/// The outbox beside bare SQLite on the same disk: submissions alone, and whole messages from submission to final state.
struct OutboxBenchmark {
    private let messages: Int
    private let inFlight: Int

    init(_ arguments: Arguments) {
        messages = arguments.messages
        inFlight = arguments.inFlight
    }

    /// One JSON line; the bare rate is measured before and after, and the better one counts.
    func run() async throws -> String {
        let place = try BenchmarkFolder("outbox")
        defer { place.remove() }
        let folder = place.path
        let before = try BareInserts.rate(messages, in: folder + "/bare-1")
        let submissions = try await submissions(in: folder + "/submissions")
        let whole = try await whole(in: folder + "/whole")
        let after = try BareInserts.rate(messages, in: folder + "/bare-2")
        let bare = max(before, after)
        return Measurement.line([
            "messages": Double(messages), "in_flight": Double(inFlight), "messages_per_second": whole,
            "submissions_per_second": submissions, "bare_inserts_per_second": bare, "ratio": whole / bare,
            "submissions_ratio": submissions / bare, "peak_rss_mb": Measurement.peakMemory(),
        ])
    }

    private func rate(_ body: () async throws -> Void) async rethrows -> Double {
        let started = ContinuousClock.now
        try await body()
        return Double(messages) / ((ContinuousClock.now - started) / .seconds(1))
    }

    private func submitAll(_ submit: @escaping @Sendable (Submission) async throws -> Void) async throws {
        try await withThrowingTaskGroup { group in
            for worker in 0..<inFlight {
                group.addTask {
                    for number in stride(from: worker, to: messages, by: inFlight) {
                        try await submit(.benchmark(number))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func submissions(in path: String) async throws -> Double {
        let store = try SQLiteOutboxStore(path: path)
        let clock = SystemClock()
        return try await rate {
            try await submitAll { _ = try await store.submit($0, now: clock.wallTime) }
        }
    }

    private func whole(in path: String) async throws -> Double {
        let store = try SQLiteOutboxStore(path: path)
        let gateway = try Gateway(
            GatewaySettings(
                mode: .live,
                providers: [GatewaySettings.ConfiguredProvider(name: "instant", provider: InstantProvider())],
                routes: [Route(name: "all", candidates: [Route.Candidate("instant")])]))
        let dispatcher = OutboxDispatcher(
            store: store, gateway: OutboxGateway(gateway), options: .init(maxInFlight: 4 * inFlight))
        await dispatcher.start()
        let rate = try await rate {
            try await submitAll { _ = try await dispatcher.submit($0) }
            while try await store.counts()[.accepted] != messages { try await Task.sleep(for: .milliseconds(1)) }
        }
        await dispatcher.stop(within: .seconds(10))
        return rate
    }
}

extension Submission {
    fileprivate static func benchmark(_ number: Int) -> Submission {
        Submission(
            Message(
                id: MessageID(rawValue: "benchmark-\(number)"), to: ["+8613800138000"],
                content: .text("Your code is 271828. It is good for five minutes."), category: .notification))
    }
}

private struct InstantProvider: MessageProvider {
    var capabilities: Capabilities { Capabilities(channels: [.sms], content: [.text]) }
    var statusLookup: (any StatusLookup)? { nil }
    var receiptReader: (any ReceiptReader)? { nil }

    func send(_ request: ProviderRequest) async throws(ProviderError) -> ProviderReceipt {
        ProviderReceipt(vendorMessageID: request.reference)
    }

    func preview(_ request: ProviderRequest) throws(ProviderError) -> RequestPreview {
        RequestPreview(destination: "nowhere", fields: [])
    }

    func shutdown() async {}
}
