import GatewayOutbox
import NotificationGateway
import Testing

/// What every store does.
@Suite("A store of the outbox")
struct StoreTests {
    // MARK: Submissions

    @Test("gives back what was handed in", arguments: StoreKind.allCases)
    func submit(_ kind: StoreKind) async throws {
        let (store, folder) = try kind.make()
        defer { withExtendedLifetime(folder) {} }
        let answer = try await store.submit(.sample("a", .marketing, text: "你好"), now: .at(0))
        #expect(answer.isNew && answer.entry.state == .queued && answer.entry.dueAt == .at(0))
        let entry = try #require(try await store.entry("a"))
        #expect(entry.message.content == .text("你好") && entry.category == .marketing && entry.tenant == "shop")
        #expect(entry.submittedAt == .at(0) && entry.tries == 0 && entry.lease == nil && entry.result == nil)
        #expect(try await store.entry("b") == nil)
    }

    @Test("keeps a submission once for a key, and refuses the key for another", arguments: StoreKind.allCases)
    func idempotency(_ kind: StoreKind) async throws {
        let (store, folder) = try kind.make()
        defer { withExtendedLifetime(folder) {} }
        let key = Idempotency(key: "k", fingerprint: "f")
        #expect(try await store.submit(.sample("a", idempotency: key), now: .at(0)).isNew)
        let repeated = try await store.submit(.sample("b", idempotency: key), now: .at(1))
        #expect(!repeated.isNew && repeated.entry.id == "a" && repeated.entry.submittedAt == .at(0))
        #expect(try await store.entry(under: key.key, of: "bank")?.id == nil)
        #expect(try await store.entry(under: key.key, of: "shop")?.id == "a")
        #expect(try await store.entry("b") == nil)
        let other = Idempotency(key: "k", fingerprint: "g")
        await #expect(throws: OutboxStoreError.conflict) {
            _ = try await store.submit(.sample("c", idempotency: other), now: .at(1))
        }
        #expect(try await store.submit(.sample("d", tenant: "bank", idempotency: other), now: .at(1)).isNew)
    }

    @Test("keeps an id once, and refuses it for another message or tenant", arguments: StoreKind.allCases)
    func sameID(_ kind: StoreKind) async throws {
        let (store, folder) = try kind.make()
        defer { withExtendedLifetime(folder) {} }
        _ = try await store.submit(.sample("a"), now: .at(0))
        #expect(try await store.submit(.sample("a"), now: .at(1)).isNew == false)
        for other in [Submission.sample("a", text: "other"), .sample("a", tenant: "bank")] {
            await #expect(throws: OutboxStoreError.conflict) { _ = try await store.submit(other, now: .at(1)) }
        }
    }

    @Test("gives a random id to a message without one", arguments: StoreKind.allCases)
    func randomID(_ kind: StoreKind) async throws {
        let (store, folder) = try kind.make()
        defer { withExtendedLifetime(folder) {} }
        let message = Message(to: ["1"], content: .text("x"))
        let ids = [Submission(message), Submission(message)].map(\.id)
        #expect(ids[0] != ids[1] && ids[0].rawValue.utf8.count == 32)
        let answer = try await store.submit(Submission(message), now: .at(0))
        #expect(answer.entry.message.id == answer.entry.id)
    }

    @Test("remembers a key that comes with a message that it has, and only the first", arguments: StoreKind.allCases)
    func lateKey(_ kind: StoreKind) async throws {
        let (store, folder) = try kind.make()
        defer { withExtendedLifetime(folder) {} }
        _ = try await store.submit(.sample("a"), now: .at(0))
        let key = Idempotency(key: "k", fingerprint: "f")
        #expect(try await !store.submit(.sample("a", idempotency: key), now: .at(1)).isNew)
        #expect(try await store.entry(under: "k", of: "shop")?.id == "a")
        await #expect(throws: OutboxStoreError.conflict) {
            _ = try await store.submit(.sample("b", idempotency: Idempotency(key: "k", fingerprint: "g")), now: .at(2))
        }
        let other = Idempotency(key: "other", fingerprint: "f")
        #expect(try await !store.submit(.sample("a", idempotency: other), now: .at(3)).isNew)
        #expect(try await store.entry(under: "other", of: "shop") == nil)
    }

    @Test("keeps several submissions or, where one is refused, none", arguments: StoreKind.allCases)
    func together(_ kind: StoreKind) async throws {
        let (store, folder) = try kind.make()
        defer { withExtendedLifetime(folder) {} }
        let key = Idempotency(key: "k", fingerprint: "f")
        let batch: [Submission] = [.sample("a", idempotency: key), .sample("b"), .sample("a2", idempotency: key)]
        let answers = try await store.submit(batch, now: .at(0))
        #expect(answers.map(\.entry.id) == ["a", "b", "a"] && answers.map(\.isNew) == [true, true, false])
        #expect(answers.map(\.entry.sequence) == [1, 2, 1])
        #expect(try await store.submit([], now: .at(0)).isEmpty)
        await #expect(throws: OutboxStoreError.conflict) {
            _ = try await store.submit([.sample("c"), .sample("b", text: "other"), .sample("d")], now: .at(1))
        }
        #expect(try await store.entries(in: .queued).map(\.id) == ["a", "b"])
        #expect(try await store.counts() == [.queued: 2])
    }

    @Test("gives back the caller's reference, and takes another one for another message", arguments: StoreKind.allCases)
    func reference(_ kind: StoreKind) async throws {
        let (store, folder) = try kind.make()
        defer { withExtendedLifetime(folder) {} }
        _ = try await store.submit(.sample("a", reference: "Bestellung №7\n"), now: .at(0))
        #expect(try await store.entry("a")?.reference == "Bestellung №7\n")
        #expect(try await !store.submit(.sample("a", reference: "Bestellung №7\n"), now: .at(1)).isNew)
        await #expect(throws: OutboxStoreError.conflict) { _ = try await store.submit(.sample("a"), now: .at(1)) }
    }

    // MARK: Taking

    @Test("gives out codes before news before promotion, and the longest due first", arguments: StoreKind.allCases)
    func priority(_ kind: StoreKind) async throws {
        let (store, folder) = try kind.make()
        defer { withExtendedLifetime(folder) {} }
        _ = try await store.submit(.sample("m", .marketing), now: .at(0))
        _ = try await store.submit(.sample("n2", .notification, sendAt: .at(2)), now: .at(1))
        _ = try await store.submit(.sample("n1", .notification), now: .at(1))
        _ = try await store.submit(.sample("v", .verification), now: .at(3))
        let taken = try await store.take(.due, for: .of("o", until: 30), limit: 3, now: .at(3))
        #expect(taken.map(\.id) == ["v", "n1", "n2"])
        #expect(taken.allSatisfy { $0.state == .sending && $0.tries == 1 && $0.lease == .of("o", until: 30) })
        #expect(try await store.take(.due, for: .of("p", until: 30), limit: 3, now: .at(3)).map(\.id) == ["m"])
        #expect(try await store.take(.due, for: .of("p", until: 30), limit: 3, now: .at(3)).isEmpty)
    }

    @Test("gives tenants their turns, also from one taking to the next", arguments: StoreKind.allCases)
    func fairness(_ kind: StoreKind) async throws {
        let (store, folder) = try kind.make()
        defer { withExtendedLifetime(folder) {} }
        for number in 1...4 { _ = try await store.submit(.sample("a\(number)", tenant: "a"), now: .at(0)) }
        _ = try await store.submit(.sample("b1", tenant: "b"), now: .at(5))
        _ = try await store.submit(.sample("c1", tenant: "c"), now: .at(5))
        var order: [MessageID] = []
        for _ in 1...6 {
            order += try await store.take(.due, for: .of("o", until: 30), limit: 1, now: .at(5)).map(\.id)
        }
        #expect(order == ["a1", "b1", "c1", "a2", "a3", "a4"])
    }

    @Test("holds a scheduled message until its time", arguments: StoreKind.allCases)
    func scheduled(_ kind: StoreKind) async throws {
        let (store, folder) = try kind.make()
        defer { withExtendedLifetime(folder) {} }
        #expect(try await store.submit(.sample("a", sendAt: .at(10)), now: .at(0)).entry.state == .scheduled)
        #expect(try await store.nextTime() == .at(10))
        #expect(try await store.take(.due, for: .of("o", until: 30), limit: 9, now: .at(9)).isEmpty)
        #expect(try await store.take(.due, for: .of("o", until: 30), limit: 9, now: .at(10)).map(\.id) == ["a"])
    }

    @Test("does not give out what has expired", arguments: StoreKind.allCases)
    func expired(_ kind: StoreKind) async throws {
        let (store, folder) = try kind.make()
        defer { withExtendedLifetime(folder) {} }
        _ = try await store.submit(.sample("a", expires: .at(10)), now: .at(0))
        _ = try await store.submit(.sample("b", sendAt: .at(50), expires: .at(10)), now: .at(0))
        _ = try await store.submit(.sample("c", expires: .at(11)), now: .at(0))
        #expect(try await store.take(.due, for: .of("o", until: 30), limit: 9, now: .at(10)).map(\.id) == ["c"])
        #expect(try await store.entries(in: .expired).map(\.id) == ["a", "b"])
    }

    @Test("gives out a lease that is over once, and remembers since when nobody knows", arguments: StoreKind.allCases)
    func abandoned(_ kind: StoreKind) async throws {
        let (store, folder) = try kind.make()
        defer { withExtendedLifetime(folder) {} }
        _ = try await store.submit(.sample("a"), now: .at(0))
        _ = try await store.take(.due, for: .of("o", until: 30), limit: 9, now: .at(0))
        #expect(try await store.nextTime() == .at(30))
        #expect(try await store.take(.abandoned, for: .of("p", until: 60), limit: 9, now: .at(29)).isEmpty)
        let taken = try await store.take(.abandoned, for: .of("p", until: 60), limit: 9, now: .at(31))
        #expect(taken.map(\.id) == ["a"] && taken.first?.unknownSince == .at(30) && taken.first?.tries == 1)
        #expect(try await store.take(.abandoned, for: .of("q", until: 60), limit: 9, now: .at(31)).isEmpty)
        let again = try await store.take(.abandoned, for: .of("q", until: 90), limit: 9, now: .at(61))
        #expect(again.first?.unknownSince == .at(30) && again.first?.lease?.owner == "q")
        #expect(try await store.take(.due, for: .of("q", until: 99), limit: 9, now: .at(99)).isEmpty)
    }

    @Test("gives what is abandoned by category too: codes before news", arguments: StoreKind.allCases)
    func abandonedCodes(_ kind: StoreKind) async throws {
        let (store, folder) = try kind.make()
        defer { withExtendedLifetime(folder) {} }
        let kinds: [(String, NotificationGateway.Category)] = [
            ("ad", .marketing), ("news", .notification), ("code", .verification),
        ]
        for (place, (id, category)) in kinds.enumerated() {
            _ = try await store.submit(.sample(id, category), now: .at(0))
            _ = try await store.take(.due, for: .of("o", until: 10 + Int64(place)), limit: 1, now: .at(0))
        }
        let taken = try await store.take(.abandoned, for: .of("p", until: 60), limit: 2, now: .at(31))
        #expect(taken.map(\.id) == ["code", "news"])
    }

    @Test("renews the leases that are still held, and no others", arguments: StoreKind.allCases)
    func renew(_ kind: StoreKind) async throws {
        let (store, folder) = try kind.make()
        defer { withExtendedLifetime(folder) {} }
        for id in ["a", "b"] { _ = try await store.submit(.sample(id), now: .at(0)) }
        _ = try await store.take(.due, for: .of("o", until: 30), limit: 1, now: .at(0))
        _ = try await store.take(.due, for: .of("p", until: 30), limit: 1, now: .at(0))
        #expect(try await store.renew(["a", "b", "none"], for: .of("o", until: 60)) == ["a"])
        #expect(try await store.entry("a")?.lease?.end == .at(60))
        #expect(try await store.entry("b")?.lease?.end == .at(30))
    }

    // MARK: Changes

    @Test("writes down what happened, and refuses what cannot have", arguments: StoreKind.allCases)
    func change(_ kind: StoreKind) async throws {
        let (store, folder) = try kind.make()
        defer { withExtendedLifetime(folder) {} }
        _ = try await store.submit(.sample("a"), now: .at(0))
        _ = try await store.take(.due, for: .of("o", until: 30), limit: 1, now: .at(0))
        let retry = EntryChange(.retry, now: .at(1), owner: "o", dueAt: .at(9))
        let waiting = try await store.change("a", by: retry)
        #expect(waiting.state == .waiting && waiting.dueAt == .at(9) && waiting.lease == nil)
        await #expect(throws: OutboxStoreError.refused(.waiting, .retry)) { try await store.change("a", by: retry) }
        await #expect(throws: OutboxStoreError.unknownEntry) { try await store.change("none", by: retry) }
        #expect(try await store.change("a", by: EntryChange(.cancelled, now: .at(2))).state == .cancelled)
        #expect(try await store.take(.due, for: .of("o", until: 99), limit: 9, now: .at(20)).isEmpty)
    }

    @Test("hears how a send went from who holds the lease; a vendor's word from anybody", arguments: StoreKind.allCases)
    func ownership(_ kind: StoreKind) async throws {
        let (store, folder) = try kind.make()
        defer { withExtendedLifetime(folder) {} }
        _ = try await store.submit(.sample("a"), now: .at(0))
        _ = try await store.take(.due, for: .of("o", until: 30), limit: 1, now: .at(0))
        _ = try await store.take(.abandoned, for: .of("p", until: 60), limit: 1, now: .at(31))
        await #expect(throws: OutboxStoreError.leaseLost) {
            try await store.change("a", by: EntryChange(.rejected, now: .at(32), owner: "o"))
        }
        await #expect(throws: OutboxStoreError.refused(.sending, .expired)) {
            try await store.change("a", by: EntryChange(.expired, now: .at(32)))
        }
        let proven = try await store.change("a", by: EntryChange(.accepted, now: .at(33), owner: "o"))
        #expect(proven.state == .accepted && proven.lease == nil && proven.unknownSince == nil)
        #expect(try await store.change("a", by: EntryChange(.delivered, now: .at(34))).state == .delivered)
    }

    @Test(
        "writes down what became of an entry by who took it, and nothing once another has it",
        arguments: StoreKind.allCases)
    func record(_ kind: StoreKind) async throws {
        let (store, folder) = try kind.make(events: [.accepted])
        defer { withExtendedLifetime(folder) {} }
        for id in ["a", "b"] { _ = try await store.submit(.sample(id), now: .at(0)) }
        let taken = try await store.take(.due, for: .of("o", until: 30), limit: 2, now: .at(0))
        let accepted = EntryChange(.accepted, now: .at(1), owner: "o", result: .accepted(["+8613800138000"], "v-1"))
        try await store.record(accepted, of: taken[0])
        #expect(try await store.entry("a")?.state == .accepted)
        #expect(try await store.takeEvents(for: .of("w", until: 9), limit: 9, now: .at(1)).map(\.messageID) == ["a"])
        let receipt = DeliveryReceipt(
            provider: "p", reference: nil, vendorMessageID: "v-1", address: "+8613800138000",
            word: ReceiptWord(isDelivered: true, time: .at(2)))
        #expect(try await store.receive(receipt, now: .at(2)).entry?.state == .delivered)
        #expect(try await store.counts() == [.delivered: 1, .sending: 1])
        _ = try await store.take(.abandoned, for: .of("p", until: 60), limit: 1, now: .at(31))
        await #expect(throws: OutboxStoreError.leaseLost) {
            try await store.record(EntryChange(.rejected, now: .at(32), owner: "o"), of: taken[1])
        }
        #expect(try await store.entry("b")?.lease?.owner == "p")
    }

    @Test("lists the dead page by page, and lets them be queued again", arguments: StoreKind.allCases)
    func deadLetters(_ kind: StoreKind) async throws {
        let (store, folder) = try kind.make()
        defer { withExtendedLifetime(folder) {} }
        for number in 1...3 { _ = try await store.submit(.sample("a\(number)"), now: .at(0)) }
        for entry in try await store.take(.due, for: .of("o", until: 30), limit: 3, now: .at(0)) {
            try await store.change(entry.id, by: EntryChange(.exhausted, now: .at(1), owner: "o"))
        }
        let dead = EntryFilter(state: .dead)
        let page = try await store.entries(matching: dead, .oldestFirst, after: nil, limit: 2)
        #expect(page.map(\.id) == ["a1", "a2"])
        let next = try await store.entries(matching: dead, .oldestFirst, after: page.last?.cursor, limit: 2)
        #expect(next.map(\.id) == ["a3"])
        let requeued = try await store.change("a1", by: EntryChange(.requeued, now: .at(2)))
        #expect(requeued.state == .queued && requeued.tries == 0)
        #expect(try await store.take(.due, for: .of("o", until: 30), limit: 3, now: .at(2)).map(\.id) == ["a1"])
    }

    @Test("forgets what is done with and old, and frees its key and id", arguments: StoreKind.allCases)
    func purge(_ kind: StoreKind) async throws {
        let (store, folder) = try kind.make()
        defer { withExtendedLifetime(folder) {} }
        let key = Idempotency(key: "k", fingerprint: "f")
        _ = try await store.submit(.sample("old", idempotency: key), now: .at(0))
        _ = try await store.submit(.sample("open"), now: .at(0))
        _ = try await store.submit(.sample("sending", .verification), now: .at(0))
        _ = try await store.take(.due, for: .of("o", until: 30), limit: 1, now: .at(0))
        try await store.change("old", by: EntryChange(.cancelled, now: .at(10)))
        #expect(try await store.purge(olderThan: .at(10)) == 0)
        #expect(try await store.purge(olderThan: .at(99)) == 1)
        #expect(try await store.entry("old") == nil)
        for id in ["open", "sending"] as [MessageID] { #expect(try await store.entry(id) != nil) }
        let other = Idempotency(key: "k", fingerprint: "g")
        #expect(try await store.submit(.sample("old", idempotency: other), now: .at(99)).isNew)
    }
}
