import Foundation
import GatewayConfiguration
import GatewayOutbox
import LoopbackServer
import NotificationGateway
import ProcessSupport
import Testing

@Suite("Canaries")
struct CanaryTests {
    @Test("are in nothing that a message leaves behind, however it ends", arguments: CanaryEnding.all)
    func endings(_ ending: CanaryEnding) async throws {
        let port = UnservedPort(.refuses)
        defer { port.close() }
        try await CanaryBench.with(
            ending.vendor, port: ending.isRefused ? port.port : nil, mode: ending.mode, options: ending.options
        ) { bench in
            let delivery = await ending.send(bench.gateway, ending.message)
            #expect(delivery.short == ending.expected)
            let texts = try bench.texts(ending.message, delivery)
            #expect(texts.contains { !$0.isEmpty })
            #expect(Canary.leaks(in: texts) == [])
        }
    }
}

extension Delivery {
    /// The outcome, and of each attempt the reason and what followed: `rejected: throttled retry, throttled stop`.
    fileprivate var short: String {
        let words = attempts.map { attempt in
            ([attempt.error?.reason.rawValue ?? "ok", attempt.next.rawValue]
                + (attempt.reconciliation.map { [$0.next.rawValue] } ?? [])).joined(separator: " ")
        }
        return "\(outcome.rawValue): \(words.joined(separator: ", "))"
    }
}

@Suite("Canaries beside messages")
struct CanaryNeighbourTests {
    @Test(
        "are in nothing that a reload tells, whatever is wrong with the new file",
        arguments: [
            ("access_key_secret: ${file:secret}", "access_key_secret: [\(Canary.secret)]"),
            ("security_token: ${env:TOKEN}", "securty_token: \(Canary.token)"),
            ("sign_name: 云通信", "sign_name: 云通信, timeout: ${env:TOKEN}"),
            ("endpoint: http", "endpoint: http://user:${env:TOKEN}@http"),
            (
                "parameters: { code: { pattern: \"[0-9]{4,8}\" } }",
                "parameters: { code: { default: \"${env:DEFAULT}\", max_length: 3 } }"
            ),
            ("mode: live", "mode: ${env:CONSTANT}"), ("retries: 1", "retries: \"${env:CONSTANT}\""),
        ])
    func reload(_ place: String, _ mistake: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write(Canary.secret, to: "secret")
        let good = CanaryBench.file(endpoint: "http://127.0.0.1:1")
        let path = try folder.write(good, to: "providers.yaml")
        let loader = ConfigurationLoader(kinds: World.kinds, environment: CanaryBench.environment)
        let gateway = try ReloadableGateway(path: path, loader: loader)
        let events = gateway.events()
        try #require(good.contains(place))
        try folder.write(good.replacing(place, with: mistake), to: "providers.yaml")
        let refused = gateway.reload()
        guard case .refused = refused else {
            Issue.record("the file was taken: \(refused)")
            return
        }
        try folder.write(good.replacing("retries: 1", with: "retries: 2"), to: "providers.yaml")
        try folder.write(Canary.secret + Canary.secret, to: "secret")
        let taken = gateway.reload()
        if case .reloaded(let reloaded) = taken {
            #expect(reloaded.made == ["vendor"])
        } else {
            Issue.record("the file was not taken: \(taken)")
        }
        await gateway.shutdown()
        var values: [Any] = [refused, taken, gateway, gateway.settings, loader]
        for await event in events { values.append(event) }
        #expect(values.count > 6)
        #expect(Canary.leaks(in: values.flatMap(Canary.shown)) == [])
    }

    @Test("are in nothing that an outbox says of its entries, before and after a vendor repeated them")
    func outbox() async throws {
        try await CanaryBench.with(CanaryVendor(send: .refuses("isv.MOBILE_NUMBER_ILLEGAL"))) { bench in
            let store = try SQLiteOutboxStore(path: bench.folder.file("outbox.sqlite"))
            let (gateway, sent) = (bench.gateway, Signal())
            let watched = OutboxGateway(
                send: { message in
                    let delivery = await gateway.send(message)
                    sent.give()
                    return delivery
                }, carriers: { OutboxGateway.Carriers(of: $0, in: gateway) })
            let dispatcher = OutboxDispatcher(store: store, gateway: watched)
            let submission = Submission(CanaryEnding.news)
            let answer = try await dispatcher.submit(submission)
            await dispatcher.start()
            await sent.wait()
            await dispatcher.stop(within: .seconds(60))
            let entry = try #require(try await store.entry(submission.id))
            #expect(entry.state == .rejected && entry.result?.attempts.count == 1)
            var other = CanaryEnding.news
            other.content = .text(Canary.text)
            let error = await #expect(throws: OutboxStoreError.self) {
                try await store.submit(Submission(other), now: entry.changedAt)
            }
            let attempts = entry.result?.attempts ?? []
            let words =
                (entry.result?.recipients ?? []).compactMap(\.explanation)
                + attempts.map { "\($0.vendorMessage ?? "") \($0.vendorCode ?? "") \($0.why)" }
            let values: [Any] = [
                submission, answer, answer.entry, entry, entry.result as Any, error as Any, attempts, store,
            ]
            #expect(Canary.leaks(in: words + values.flatMap(Canary.shown)) == [])
            try store.close()
        }
    }
}
