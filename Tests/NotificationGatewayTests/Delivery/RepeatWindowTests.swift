import GatewayTestKit
import NotificationGateway
import Testing

@Suite("A message with an id")
struct RepeatWindowTests {
    private func fixture(
        _ steps: [RecordingProvider.Step] = [], mode: GatewaySettings.Mode = .live, memory: GatewayMemory? = nil
    ) throws -> GatewayFixture {
        try GatewayFixture(
            [RecordingProvider(steps, last: .accept)], category: .notification, mode: mode, retries: 0,
            repeatWindow: .seconds(60), memory: memory)
    }

    @Test("is sent once within the window, and later calls get the same delivery")
    func repeated() async throws {
        let fixture = try fixture()
        let first = await fixture.send()
        let second = await fixture.send(["+86 138 0013 8000"])
        #expect(first.outcome == .accepted && second.outcome == .accepted)
        #expect(second.recipients.map(\.vendorMessageID) == ["m1-1"])
        #expect(fixture.providers[0].requests.count == 1)
        fixture.clock.advance(by: .seconds(60))
        #expect(await fixture.send().outcome == .accepted)
        #expect(fixture.providers[0].requests.count == 2)
    }

    @Test("is sent once when calls come at the same time, and all get the same delivery")
    func joined() async throws {
        let gate = Gate()
        let provider = RecordingProvider { _, _ in
            await gate.wait()
            return .accept
        }
        let fixture = try GatewayFixture([provider], repeatWindow: .seconds(60))
        let calls = (0..<100).map { _ in Task.immediate { await fixture.send() } }
        await provider.waitForRequests()
        gate.open()
        for call in calls { #expect(await call.value.recipients.map(\.vendorMessageID) == ["m1-1"]) }
        #expect(provider.requests.count == 1)
    }

    @Test("is refused with clear words for another content or other recipients, while it runs and after")
    func conflict() async throws {
        let fixture = try fixture([.hang])
        let running = Task.immediate { await fixture.send() }
        await fixture.providers[0].waitForRequests()
        for _ in 0..<2 {
            let other = await fixture.send(["13900139000"])
            #expect(other.outcome == .rejected && other.recipients.first?.error?.reason == .invalidRequest)
            #expect(other.recipients.first?.error?.message.contains("another content or other recipients") == true)
            running.cancel()
            #expect(await running.value.outcome == .uncertain)
        }
        var message = fixture.message()
        message.content = .template("login-code", parameters: ["code": "314159"])
        #expect(await fixture.gateway.send(message).recipients.first?.error?.reason == .invalidRequest)
        #expect(fixture.providers[0].requests.count == 1)
    }

    @Test("may be given in another order of recipients, and with another deadline")
    func sameMeaning() async throws {
        let fixture = try fixture()
        _ = await fixture.send(["13800138000", "13900139000"])
        let again = await fixture.send(["+8613900139000", "13800138000", "13900139000"], deadline: .seconds(1))
        #expect(again.recipients.map(\.address) == ["+8613800138000", "+8613900139000"])
        #expect(fixture.providers[0].requests.count == 1)
    }

    @Test("goes on for the others when one of its callers is cancelled, whoever began it")
    func oneLeaves() async throws {
        let gate = Gate()
        let provider = RecordingProvider { _, _ in
            await gate.wait()
            return .accept
        }
        let fixture = try GatewayFixture([provider], repeatWindow: .seconds(60))
        let calls = (0..<3).map { _ in Task.immediate { await fixture.send() } }
        await provider.waitForRequests()
        for call in [calls[0], calls[2]] {
            call.cancel()
            let left = await call.value
            #expect(left.outcome == .uncertain)
            #expect(left.recipients.first?.error?.reason == .cancelled)
            #expect(left.recipients.first?.error?.acceptance == .unknown)
        }
        gate.open()
        #expect(await calls[1].value.outcome == .accepted)
        #expect(await fixture.send().outcome == .accepted)
        #expect(provider.requests.count == 1)
    }

    @Test("ends early when its last caller is cancelled, and the caller gets the trail")
    func lastLeaves() async throws {
        let fixture = try fixture([.hang])
        let calls = (0..<2).map { _ in Task.immediate { await fixture.send() } }
        await fixture.providers[0].waitForRequests()
        for call in calls { call.cancel() }
        let deliveries = (await calls[0].value, await calls[1].value)
        #expect(deliveries.0.attempts.isEmpty && deliveries.0.outcome == .uncertain)
        #expect(deliveries.1.attempts.map(\.error?.reason) == [.cancelled] && deliveries.1.outcome == .uncertain)
        #expect(await fixture.send().attempts.count == 1)
        #expect(fixture.providers[0].requests.count == 1)
    }

    @Test("of a caller who is cancelled before it begins is not sent, and may be sent later")
    func cancelledBefore() async throws {
        let fixture = try fixture()
        let cancelled = await Task.immediate {
            withUnsafeCurrentTask { $0?.cancel() }
            return await fixture.send()
        }.value
        #expect(cancelled.outcome == .rejected && cancelled.recipients.first?.error?.reason == .cancelled)
        #expect(fixture.providers[0].requests.isEmpty)
        #expect(await fixture.send().outcome == .accepted)
    }

    @Test("may be sent again where surely nobody took it, and not where nobody knows")
    func rejected() async throws {
        let fixture = try fixture([failure(.insufficientBalance), .accept])
        #expect(await fixture.send().outcome == .rejected)
        #expect(await fixture.send().outcome == .accepted)
        let uncertain = try self.fixture([failure(.timedOut, .unknown), .accept])
        #expect(await uncertain.send().outcome == .uncertain)
        #expect(await uncertain.send().outcome == .uncertain)
        #expect(uncertain.providers[0].requests.count == 1)
    }

    @Test("is known to the next gateway with the same memory, and to no other")
    func memory() async throws {
        let first = try fixture()
        _ = await first.send()
        let second = try fixture(memory: first.gateway.memory)
        #expect(await second.send().outcome == .accepted)
        #expect(second.providers[0].requests.isEmpty)
        let stranger = try fixture()
        _ = await stranger.send()
        #expect(stranger.providers[0].requests.count == 1)
    }

    @Test("leaves no mark in a dry run, without an id, or where the window is zero")
    func unrecorded() async throws {
        let memory = GatewayMemory()
        let dry = try fixture(mode: .dryRun, memory: memory)
        _ = await dry.send()
        let live = try fixture(memory: memory)
        #expect(await live.send().outcome == .accepted)
        for _ in 0..<2 { _ = await live.send(id: nil) }
        #expect(live.providers[0].requests.count == 3)
        let off = try GatewayFixture([RecordingProvider()])
        for _ in 0..<2 { _ = await off.send() }
        #expect(off.providers[0].requests.count == 2)
    }

    @Test("is refused where the store cannot say whether it was sent, and delivered where it cannot be kept")
    func brokenStore() async throws {
        let blind = try fixture(memory: GatewayMemory(deliveries: BrokenStore(claims: false)))
        let refused = await blind.send()
        #expect(refused.outcome == .rejected && refused.recipients.first?.error?.reason == .storageFailed)
        #expect(blind.providers[0].requests.isEmpty)
        let forgetful = try fixture(memory: GatewayMemory(deliveries: BrokenStore(claims: true)))
        #expect(await forgetful.send().outcome == .accepted)
    }
}

/// A store whose disk is full.
private struct BrokenStore: DeliveryStore {
    var claims: Bool
    private let failure = DeliveryStoreFailure("the disk is full")

    init(claims: Bool) { self.claims = claims }

    func claim(_ claim: DeliveryClaim) async throws(DeliveryStoreFailure) -> DeliveryClaim.Answer {
        guard claims else { throw failure }
        return .granted
    }

    func keep(_ delivery: KeptDelivery, for window: Duration) async throws(DeliveryStoreFailure) { throw failure }

    func release(_ id: MessageID) async throws(DeliveryStoreFailure) { throw failure }
}
