import GatewayOutbox
import GatewayTestKit
import NotificationGateway
import ProcessSupport
import Synchronization
import Testing

@Suite("A dispatcher")
struct DispatcherTests {
    @Test("sends what is submitted and writes down what became of it", arguments: StoreKind.allCases)
    func sends(_ kind: StoreKind) async throws {
        let fixture = try DispatcherFixture(kind)
        try await fixture.submit("before")
        await fixture.dispatcher.start()
        #expect(await fixture.store.next(.accepted)?.id == "before")
        try await fixture.submit("after")
        let entry = try #require(await fixture.store.next(.accepted))
        #expect(entry.id == "after" && entry.tries == 1)
        #expect(entry.result?.recipients.first?.vendorMessageID == "after-1")
        #expect(fixture.provider.requests.map(\.messageID) == ["before", "after"])
        await fixture.dispatcher.stop(within: .seconds(1))
    }

    @Test("has no more under way than it may, and goes on when one ends")
    func bounded() async throws {
        let busy = Mutex((now: 0, most: 0))
        let provider = RecordingProvider { _, _ in
            busy.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            for _ in 0..<20 { await Task.yield() }
            busy.withLock { $0.now -= 1 }
            return .accept
        }
        let fixture = try DispatcherFixture(.memory, provider, options: .init(maxInFlight: 3))
        for number in 1...20 { try await fixture.submit("m\(number)") }
        await fixture.dispatcher.start()
        for _ in 1...20 { await fixture.store.next(.accepted) }
        #expect(busy.withLock { $0.most } <= 3 && provider.requests.count == 20)
        await fixture.dispatcher.stop(within: .seconds(1))
    }

    @Test("tries again after a pause, and gives up after the last try", arguments: StoreKind.allCases)
    func retries(_ kind: StoreKind) async throws {
        let busy = RecordingProvider.Step.fail(ProviderError(.vendorError, .rejected, message: "busy"))
        let options = OutboxDispatcher.Options(retry: RetryPolicy(maxTries: 3))
        let fixture = try DispatcherFixture(kind, RecordingProvider([busy]), options: options)
        try await fixture.submit("a")
        await fixture.dispatcher.start()
        for seconds in [10, 20] {
            let waiting = try #require(await fixture.store.next(.waiting))
            let due = try #require(waiting.dueAt)
            #expect(due > fixture.clock.wallTime && due <= fixture.clock.wallTime.advanced(by: Int64(seconds)))
            fixture.clock.advance(by: .seconds(seconds))
            fixture.dispatcher.wake()
        }
        #expect(await fixture.store.next(.dead)?.tries == 3)
        #expect(fixture.provider.requests.count == 3)
        _ = try await fixture.store.change("a", by: EntryChange(.requeued, now: fixture.clock.wallTime))
        await fixture.dispatcher.stop(within: .seconds(1))
    }

    @Test("looks again by itself when an entry is due")
    func scheduled() async throws {
        let fixture = try DispatcherFixture()
        let soon = fixture.clock.wallTime.advanced(by: 60)
        _ = try await fixture.store.submit(.sample("later", sendAt: soon), now: fixture.clock.wallTime)
        await fixture.dispatcher.start()
        let watch = Task { await fixture.store.next(.accepted) }
        // The heartbeat and the next look.
        while fixture.clock.wallTime < soon {
            await fixture.clock.waitForSleepers(2)
            #expect(fixture.provider.requests.isEmpty)
            fixture.clock.advance(by: .seconds(1))
        }
        #expect(await watch.value?.id == "later")
        await fixture.dispatcher.stop(within: .seconds(1))
    }

    // MARK: Leases

    @Test("renews the leases of what is under way")
    func heartbeat() async throws {
        let fixture = try DispatcherFixture(.memory, RecordingProvider([.hang]))
        try await fixture.submit("a")
        await fixture.dispatcher.start()
        await fixture.provider.waitForRequests()
        fixture.clock.advance(by: .seconds(10))
        for await lease in fixture.store.renewals {
            #expect(lease.end == fixture.clock.wallTime.advanced(by: 30))
            break
        }
        #expect(try await fixture.store.entry("a")?.lease?.end == fixture.clock.wallTime.advanced(by: 30))
        await fixture.dispatcher.stop(within: .zero)
    }

    @Test("ends a send whose lease somebody else has, and leaves the entry to them")
    func leaseLost() async throws {
        let fixture = try DispatcherFixture(.memory, RecordingProvider([.hang]))
        try await fixture.submit("a")
        await fixture.dispatcher.start()
        await fixture.provider.waitForRequests()
        let late = fixture.clock.wallTime.advanced(by: 31)
        let other = Lease(owner: "other", end: late.advanced(by: 30))
        #expect(try await fixture.store.take(.abandoned, for: other, limit: 1, now: late).count == 1)
        fixture.clock.advance(by: .seconds(10))
        for await _ in fixture.store.renewals { break }
        // Returns once nothing is under way any more: the send was cancelled.
        await fixture.dispatcher.stop(within: .seconds(3600))
        let entry = try #require(try await fixture.store.entry("a"))
        #expect(entry.state == .sending && entry.lease?.owner == "other")
    }

    @Test("sends nothing whose lease was over before it came to that", arguments: StoreKind.allCases)
    func late(_ kind: StoreKind) async throws {
        let fixture = try DispatcherFixture(kind)
        fixture.store.onceTaken { [clock = fixture.clock] in clock.advance(by: .seconds(31)) }
        try await fixture.submit("a")
        await fixture.dispatcher.start()
        #expect(await fixture.store.next(.queued)?.tries == 1)
        #expect(await fixture.store.next(.accepted)?.tries == 2)
        #expect(fixture.provider.requests.count == 1)
        await fixture.dispatcher.stop(within: .seconds(1))
    }

    @Test("makes no request more once its lease is over, though no heartbeat has come")
    func stopped() async throws {
        let (store, _) = try StoreKind.memory.make()
        let clock = Mutex<ManualClock?>(nil)
        let first = RecordingProvider { request, _ in
            // The process was stopped, and another took the entry over before this one went on.
            guard let clock = clock.withLock({ $0 }) else { return .hang }
            let late = clock.wallTime.advanced(by: 31)
            let other = Lease(owner: "other", end: late.advanced(by: 30))
            #expect((try? await store.take(.abandoned, for: other, limit: 1, now: late))?.count == 1)
            clock.advance(by: .seconds(31))
            return .fail(ProviderError(.vendorError, .rejected, message: "busy"))
        }
        let next = RecordingProvider()
        let fixture = try DispatcherFixture(.memory, first, next: next, store: store)
        clock.withLock { $0 = fixture.clock }
        try await fixture.submit("a")
        await fixture.dispatcher.start()
        await first.waitForRequests()
        await fixture.dispatcher.stop(within: .seconds(3600))
        #expect(next.requests.isEmpty)
        #expect(try await fixture.store.entry("a")?.lease?.owner == "other")
    }

    @Test("keeps half of its hands for what is new, however slowly vendors say what became of the old")
    func inquiries() async throws {
        let lookup = HeldLookup()
        let provider = RecordingProvider(statusLookup: lookup)
        let fixture = try DispatcherFixture(.memory, provider, options: .init(maxInFlight: 4))
        for number in 1...4 { try await fixture.abandon("old-\(number)") }
        await fixture.dispatcher.start()
        for number in 1...4 {
            try await fixture.submit("new-\(number)")
            #expect(await fixture.store.next(.accepted)?.id.rawValue == "new-\(number)")
        }
        #expect(lookup.asked == 2)
        lookup.open()
        var found: Set<MessageID> = []
        while found.count < 4, let entry = await fixture.store.next(.accepted) { found.insert(entry.id) }
        #expect(found == ["old-1", "old-2", "old-3", "old-4"] && provider.requests.count == 4)
        await fixture.dispatcher.stop(within: .seconds(1))
    }

    @Test("shares a file with another one, and every message goes out once")
    func twoDispatchers() async throws {
        let folder = try TemporaryFolder()
        let fixtures = try (1...2).map { _ in
            try DispatcherFixture(store: SQLiteOutboxStore(path: folder.file("outbox.sqlite")))
        }
        for number in 1...100 { try await fixtures[number % 2].submit("m\(number)") }
        for fixture in fixtures { await fixture.dispatcher.start() }
        while try await fixtures[0].store.entries(in: .accepted).count < 100 {
            for fixture in fixtures { fixture.dispatcher.wake() }
            await Task.yield()
        }
        for fixture in fixtures { await fixture.dispatcher.stop(within: .seconds(1)) }
        let sent = fixtures.flatMap { $0.provider.requests.map(\.messageID) }
        #expect(sent.count == 100 && Set(sent).count == 100)
    }

    @Test("goes on with its own send whose lease it was too slow to renew")
    func ownLease() async throws {
        let (gate, opening) = AsyncStream<Void>.makeStream()
        let provider = RecordingProvider { _, _ in
            for await _ in gate {}
            return .accept
        }
        let fixture = try DispatcherFixture(.memory, provider, options: .init(lease: .seconds(600)))
        try await fixture.submit("a")
        await fixture.dispatcher.start()
        await provider.waitForRequests()
        // As after a machine's sleep: the lease is over before the heartbeat comes.
        let over = fixture.clock.wallTime
        _ = try await fixture.store.renew(["a"], for: Lease(owner: fixture.dispatcher.owner, end: over))
        try await fixture.submit("b")
        await provider.waitForRequests(2)
        #expect(try await fixture.store.entry("a")?.unknownSince == over)
        opening.finish()
        for _ in 1...2 { await fixture.store.next(.accepted) }
        #expect(provider.requests.map(\.messageID) == ["a", "b"])
        await fixture.dispatcher.stop(within: .seconds(1))
    }

    // MARK: Retention

    @Test("forgets in chunks what is done with and old enough")
    func retention() async throws {
        let fixture = try DispatcherFixture(.memory, options: .init(maxInFlight: 600, retention: .seconds(86_400)))
        for number in 1...501 { try await fixture.submit("m\(number)") }
        await fixture.dispatcher.start()
        for _ in 1...501 { await fixture.store.next(.accepted) }
        var purges = fixture.store.purges.makeAsyncIterator()
        #expect(await purges.next() == 0)
        // The heartbeat, the next look, and the purge.
        await fixture.clock.waitForSleepers(3)
        fixture.clock.advance(by: .seconds(86_401))
        #expect(await purges.next() == 500)
        #expect(await purges.next() == 1)
        #expect(try await fixture.store.counts() == [:])
        await fixture.dispatcher.stop(within: .seconds(1))
    }

    // MARK: Trouble with the store

    @Test("writes down what went out as soon as the store works again, and does not send it twice")
    func storeTrouble() async throws {
        let fixture = try DispatcherFixture()
        fixture.store.failChanges([.diskFull, .locked])
        try await fixture.submit("a")
        await fixture.dispatcher.start()
        let watch = Task { await fixture.store.next(.accepted) }
        for _ in 1...2 {
            // The heartbeat, the next look, and who waits for the store.
            await fixture.clock.waitForSleepers(3)
            fixture.clock.advance(by: .seconds(1))
        }
        #expect(await watch.value?.id == "a")
        #expect(fixture.provider.requests.count == 1)
        await fixture.dispatcher.stop(within: .seconds(1))
    }

    // MARK: Stopping

    @Test("waits for what is under way when it stops")
    func stopGracefully() async throws {
        let (gate, opening) = AsyncStream<Void>.makeStream()
        let provider = RecordingProvider { _, _ in
            for await _ in gate {}
            return .accept
        }
        let fixture = try DispatcherFixture(.memory, provider, options: .init(maxInFlight: 1))
        try await fixture.submit("a")
        try await fixture.submit("b")
        await fixture.dispatcher.start()
        await provider.waitForRequests()
        let stop = Task { await fixture.dispatcher.stop(within: .seconds(60)) }
        await fixture.clock.waitForSleepers(3)
        opening.finish()
        await stop.value
        #expect(try await fixture.store.entry("a")?.state == .accepted)
        #expect(try await fixture.store.entry("b")?.state == .queued)
    }

    @Test("cancels what takes too long when it stops, and leaves to the next what nobody knows")
    func stopInTime() async throws {
        let fixture = try DispatcherFixture(.memory, RecordingProvider([.hang]))
        try await fixture.submit("a")
        await fixture.dispatcher.start()
        await fixture.provider.waitForRequests()
        let stop = Task { await fixture.dispatcher.stop(within: .seconds(5)) }
        await fixture.clock.waitForSleepers(3)
        fixture.clock.advance(by: .seconds(5))
        await stop.value
        let entry = try #require(try await fixture.store.entry("a"))
        #expect(entry.state == .sending && entry.lease?.end == fixture.clock.wallTime)
    }
}

/// A vendor that answers questions, by "yes", only once a test lets it.
private final class HeldLookup: StatusLookup {
    let settlingTime: Duration? = nil
    let findsByReferenceAlone = true
    private let count = Mutex(0)
    private let (gate, opening) = AsyncStream<Void>.makeStream()
    private let task: Task<Void, Never>

    init() {
        task = Task { [gate] in for await _ in gate {} }
    }

    var asked: Int { count.withLock { $0 } }

    func open() { opening.finish() }

    func records(for query: StatusQuery) async throws(ProviderError) -> [StatusRecord] {
        count.withLock { $0 += 1 }
        await task.value
        return [StatusRecord(state: .pending, recipient: query.recipient, reference: query.reference.map { $0 + "-1" })]
    }
}
