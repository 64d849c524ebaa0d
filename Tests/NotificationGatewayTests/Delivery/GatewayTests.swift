import GatewayTestKit
import NotificationGateway
import Testing

@Suite("The gateway")
struct GatewayTests {
    @Test("sends through the first provider and says so")
    func acceptedAtOnce() async throws {
        let fixture = try GatewayFixture([RecordingProvider(), RecordingProvider()])
        let delivery = await fixture.send()
        #expect(delivery.outcome == .accepted)
        #expect(delivery.recipients.map(\.address) == ["+8613800138000"])
        #expect(delivery.recipients.first?.vendorMessageID == "m1-1")
        #expect(delivery.attempts.map(\.next) == [.done])
        #expect(fixture.providers[1].requests.isEmpty)
        let request = try #require(fixture.providers[0].requests.first)
        #expect(request.content.text == "code 271828")
        #expect(request.content.parameters == [ProviderContent.Parameter("code", "271828")])
        #expect(request.reference == "m1-1")
    }

    @Test("a throttled vendor is asked again after the time it named, then the next one is")
    func fallsBack() async throws {
        let fixture = try GatewayFixture([
            RecordingProvider([failure(.throttled, retryAfter: .seconds(1))]), RecordingProvider(),
        ])
        let delivery = await fixture.send()
        #expect(delivery.outcome == .accepted)
        #expect(delivery.recipients.first?.provider == "p2")
        #expect(delivery.attempts.map(\.next) == [.retry, .retry, .nextProvider, .done])
        #expect(delivery.attempts.map(\.number) == [1, 2, 3, 4])
        #expect(delivery.attempts.map(\.reference) == ["m1-1", "m1-2", "m1-3", "m1-4"])
        #expect(fixture.providers[0].requests.map(\.attempt) == [1, 2, 3])
        #expect(fixture.clock.sleeps.allSatisfy { $0 >= .seconds(1) })
    }

    @Test("a wrong number stops at once and does not touch the provider's health")
    func stops() async throws {
        let fixture = try GatewayFixture([RecordingProvider([failure(.invalidRecipient)]), RecordingProvider()])
        let delivery = await fixture.send()
        #expect(delivery.outcome == .rejected)
        #expect(delivery.attempts.map(\.next) == [.stop])
        #expect(fixture.providers[1].requests.isEmpty)
        #expect(fixture.gateway.health["p1"] == .healthy)
    }

    @Test("a vendor that cannot be asked leaves a notification uncertain; a route may tolerate duplicates")
    func uncertain() async throws {
        let strict = try GatewayFixture(
            [RecordingProvider([failure(.timedOut, .unknown)]), RecordingProvider()], category: .notification)
        #expect(await strict.send().outcome == .uncertain)
        let tolerant = try GatewayFixture(
            [RecordingProvider([failure(.timedOut, .unknown)]), RecordingProvider()], category: .notification,
            duplicates: .tolerate)
        #expect(await tolerant.send().outcome == .accepted)
    }

    @Test("a code that may have been taken stays uncertain when the next vendor refuses it")
    func uncertainCode() async throws {
        let fixture = try GatewayFixture([
            RecordingProvider([failure(.timedOut, .unknown)]), RecordingProvider([failure(.insufficientBalance)]),
        ])
        let delivery = await fixture.send()
        #expect(delivery.outcome == .uncertain)
        #expect(delivery.attempts.map(\.next) == [.nextProvider, .stop])
    }

    @Test("everything ends inside the deadline")
    func deadline() async throws {
        let fixture = try GatewayFixture([RecordingProvider([failure(.throttled)])], retries: 100)
        let start = fixture.clock.now
        let delivery = await fixture.send()
        #expect(delivery.outcome == .rejected)
        #expect(fixture.clock.now - start <= .seconds(15))
    }

    @Test("cancelling ends a send that hangs, and reports the attempt")
    func cancellation() async throws {
        let fixture = try GatewayFixture([RecordingProvider([.hang]), RecordingProvider()])
        let task = Task { await fixture.send() }
        await fixture.providers[0].waitForRequests()
        task.cancel()
        let delivery = await task.value
        #expect(delivery.outcome == .uncertain)
        #expect(delivery.attempts.map(\.error?.reason) == [.cancelled])
        #expect(delivery.attempts.map(\.next) == [.stop])
        #expect(fixture.providers[1].requests.isEmpty)
    }

    @Test("a recipient named twice in any spelling is told once")
    func duplicates() async throws {
        let fixture = try GatewayFixture([RecordingProvider()])
        let delivery = await fixture.send(["13800138000", "+86 138-0013-8000", "008613800138000", "13900139000"])
        #expect(delivery.recipients.map(\.address) == ["+8613800138000", "+8613900139000"])
        #expect(fixture.providers[0].requests.count == 2)
    }

    @Test("an impossible number is rejected alone")
    func partial() async throws {
        let fixture = try GatewayFixture([RecordingProvider()])
        let delivery = await fixture.send(["13800138000", "12", ""])
        #expect(delivery.recipients.map(\.outcome) == [.accepted, .rejected, .rejected])
        #expect(delivery.recipients.dropFirst().allSatisfy { $0.error?.reason == .invalidRecipient })
        #expect(delivery.outcome == .rejected)
    }

    @Test("a hundred thousand recipients travel in requests as large as the provider takes")
    func manyRecipients() async throws {
        let fixture = try GatewayFixture([RecordingProvider()], category: .marketing)
        let recipients = (0..<100_000).map { Address.text("138\(10_000_000 + $0)") }
        let delivery = await fixture.send(recipients)
        #expect(delivery.recipients.count == 100_000)
        #expect(delivery.outcome == .accepted)
        #expect(fixture.providers[0].requests.count == 100)
        #expect(Set(fixture.providers[0].requests.map(\.reference)).count == 100)
        #expect(delivery.attempts.map(\.number) == Array(1...100))
    }

    @Test("a request that the first vendor refuses is split for a next one that takes fewer")
    func splits() async throws {
        let small = Capabilities(channels: [.sms], content: [.text], maxRecipients: 2)
        let fixture = try GatewayFixture(
            [RecordingProvider([failure(.insufficientBalance)]), RecordingProvider(capabilities: small)],
            category: .notification)
        let delivery = await fixture.send(["13800138000", "13800138001", "13800138002"])
        #expect(delivery.outcome == .accepted)
        #expect(fixture.providers[1].requests.map(\.recipients.count).sorted() == [1, 2])
    }

    @Test("a provider that lacks the channel is passed over with the reason in the trail")
    func unsupported() async throws {
        let mail = Capabilities(channels: [.email], content: [.text])
        let fixture = try GatewayFixture([RecordingProvider(capabilities: mail), RecordingProvider()])
        let delivery = await fixture.send()
        #expect(delivery.attempts.map(\.error?.reason) == [.unsupported, nil])
        #expect(fixture.providers[0].requests.isEmpty)
        #expect(fixture.gateway.health["p1"] == .healthy)
    }

    @Test(
        "a fault of the whole message is the result of each recipient, before any attempt",
        arguments: [
            (Message(to: ["13800138000"], template: "nope"), Reason.invalidRequest),
            (Message(to: ["13800138000"], template: "login-code"), .missingParameter),
            (Message(to: ["13800138000"], template: "login-code", parameters: ["code": "x"]), .invalidContent),
            (Message(to: ["13800138000"], content: .text("")), .invalidContent),
            (Message(id: "", to: ["13800138000"], content: .text("hi")), .invalidRequest),
            (
                Message(
                    id: MessageID(rawValue: String(repeating: "x", count: 201)), to: ["13800138000"],
                    content: .text("hi")), .invalidRequest
            ),
        ])
    func refused(_ message: Message, _ reason: Reason) async throws {
        let fixture = try GatewayFixture([RecordingProvider()])
        let delivery = await fixture.gateway.send(message)
        #expect(delivery.recipients.map(\.error?.reason) == [reason])
        #expect(delivery.recipients.map(\.address) == ["+8613800138000"], "the number itself was right")
        #expect(delivery.attempts.isEmpty && fixture.providers[0].requests.isEmpty)
    }

    @Test("a rate limit spaces requests out without calling that an attempt")
    func rateLimit() async throws {
        let fixture = try GatewayFixture([RecordingProvider()], rateLimits: [Rate(1, per: .seconds(1))])
        let start = fixture.clock.now
        for _ in 0..<4 { #expect(await fixture.send().attempts.count == 1) }
        #expect(fixture.clock.now - start == .seconds(3))
    }

    @Test("default descriptions hold no address and no value")
    func descriptions() async throws {
        let fixture = try GatewayFixture([RecordingProvider()])
        let delivery = await fixture.send()
        for text in delivery.recipients.map(\.description) { #expect(!text.contains("13800138000")) }
    }

    @Test("shutting down shuts every provider down")
    func shutdown() async throws {
        let fixture = try GatewayFixture([RecordingProvider(), RecordingProvider()])
        await fixture.gateway.shutdown()
        #expect(fixture.providers.map(\.shutdowns) == [1, 1])
    }

    @Test("providers are shut down side by side")
    func shutdownSideBySide() async throws {
        let clock = ManualClock()
        let names: [ProviderName] = ["p1", "p2", "p3"]
        let gateway = try Gateway(
            GatewaySettings(
                providers: names.map {
                    GatewaySettings.ConfiguredProvider(name: $0, provider: SlowToShutDown(clock: clock))
                }, routes: [Route(name: "all", candidates: names.map { Route.Candidate($0) })]), clock: clock)
        let start = clock.now
        let ended = Task { await gateway.shutdown() }
        // All three wait at once; one after the other, only one would.
        await clock.waitForSleepers(3)
        clock.advance(by: SlowToShutDown.grace)
        await ended.value
        #expect(clock.now - start == SlowToShutDown.grace)
    }
}

/// A provider that gives its sends in flight some time.
private struct SlowToShutDown: MessageProvider {
    static let grace = Duration.seconds(2)

    let clock: ManualClock
    let capabilities = RecordingProvider.everything
    let statusLookup: (any StatusLookup)? = nil
    let receiptReader: (any ReceiptReader)? = nil

    func send(_ request: ProviderRequest) async throws(ProviderError) -> ProviderReceipt { ProviderReceipt() }

    func preview(_ request: ProviderRequest) throws(ProviderError) -> RequestPreview {
        RequestPreview(destination: "nowhere", fields: [])
    }

    func shutdown() async { try? await clock.sleep(until: clock.now + Self.grace) }
}
