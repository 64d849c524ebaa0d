import GatewayOutbox
import GatewayTestKit
import NotificationGateway
import Testing

/// Random work done to a store and to the one in memory, which is the plainest: both must say the same all the time.
@Suite("Random work")
struct StorePropertyTests {
    @Test(
        "is answered by every store as by the one in memory", arguments: StoreKind.allCases,
        1...6 as ClosedRange<UInt64>)
    func same(_ kind: StoreKind, _ seed: UInt64) async throws {
        let (store, folder) = try kind.make()
        defer { withExtendedLifetime(folder) {} }
        let reference = InMemoryOutboxStore()
        var random = Draws(source: SeededRandom(seed: seed))
        var time: Int64 = 0
        for step in 1...250 {
            time += Int64(random.below(4))
            let work = Work(&random, now: time)
            let (answer, expected) = (await work.answer(of: store), await work.answer(of: reference))
            guard answer == expected else {
                Issue.record("seed \(seed), step \(step): \(work) gave \(answer), expected \(expected)")
                return
            }
        }
        for state in EntryState.allCases {
            let entries = try await store.entries(in: state, after: 0, limit: 999)
            #expect(try await reference.entries(in: state, after: 0, limit: 999).map(words) == entries.map(words))
        }
    }

    @Test("never gives one entry to two takers at a time", arguments: StoreKind.allCases)
    func exclusive(_ kind: StoreKind) async throws {
        let (store, folder) = try kind.make()
        defer { withExtendedLifetime(folder) {} }
        for number in 1...60 { _ = try await store.submit(.sample("m\(number)"), now: .at(0)) }
        let taken = try await withThrowingTaskGroup(of: [MessageID].self) { group in
            for owner in 1...20 {
                group.addTask {
                    let lease = Lease.of(LeaseOwner(rawValue: "o\(owner)"), until: 30)
                    return try await store.take(.due, for: lease, limit: 5, now: .at(0)).map(\.id)
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(taken.count == 60 && Set(taken).count == 60)
    }
}

private struct Draws {
    var source: SeededRandom

    mutating func below(_ bound: Int) -> Int { Int(source.next() % UInt64(bound)) }

    mutating func one<Value>(of values: [Value]) -> Value { values[below(values.count)] }
}

/// One call of a store.
private enum Work {
    case submit(Submission, WallTime)
    case take(OutboxWork, Lease, Int, WallTime)
    case renew([MessageID], Lease)
    case change(MessageID, EntryChange)
    case purge(WallTime)
    case nextTime

    init(_ random: inout Draws, now: Int64) {
        let name = "m\(random.below(24))"
        let id = MessageID(rawValue: name)
        let owner: LeaseOwner = random.one(of: ["o", "p"])
        switch random.below(12) {
        case 0...3:
            let key = random.below(3) == 0 ? Idempotency(key: random.one(of: ["k", "l"]), fingerprint: "f") : nil
            let category = random.one(of: NotificationGateway.Category.allCases)
            self = .submit(
                .sample(
                    name, category, tenant: random.one(of: ["a", "b", "ü"]),
                    sendAt: random.below(3) == 0 ? .at(now + 5) : nil,
                    expires: random.below(4) == 0 ? .at(now + 8) : nil, idempotency: key), .at(now))
        case 4...6:
            let work = random.one(of: [OutboxWork.due, .due, .abandoned])
            self = .take(work, .of(owner, until: now + 6), random.below(4), .at(now))
        case 7: self = .renew([id, "m1", "m2"], .of(owner, until: now + 9))
        case 8...10:
            let due: WallTime? = random.below(2) == 0 ? .at(now + 3) : nil
            let owner = random.below(5) == 0 ? nil : owner
            self = .change(
                id, EntryChange(random.one(of: EntryEvent.allCases), now: .at(now), owner: owner, dueAt: due))
        default: self = random.below(3) == 0 ? .purge(.at(now - 20)) : .nextTime
        }
    }

    /// The answer in words, as it can be compared.
    func answer(of store: any OutboxStore) async -> String {
        do {
            switch self {
            case .submit(let submission, let now):
                let answer = try await store.submit(submission, now: now)
                return "\(answer.isNew) \(words(answer.entry))"
            case .take(let work, let lease, let limit, let now):
                return try await store.take(work, for: lease, limit: limit, now: now).map(words).description
            case .renew(let ids, let lease): return try await store.renew(ids, for: lease).sorted().description
            case .change(let id, let change): return words(try await store.change(id, by: change))
            case .purge(let time): return "\(try await store.purge(olderThan: time))"
            case .nextTime: return "\(String(describing: try await store.nextTime()))"
            }
        } catch {
            return "\(error)"
        }
    }
}

private func words(_ entry: OutboxEntry) -> String {
    "\(entry.sequence) \(entry.id) \(entry.tenant) \(entry.state) \(entry.changedAt) \(String(describing: entry.dueAt)) "
        + "\(entry.tries) \(String(describing: entry.lease)) \(String(describing: entry.unknownSince))"
}
