import GatewayOutbox
import GatewayTestKit
import NotificationGateway
import Testing

/// Random work done to a store and to the one in memory, which is the plainest: both must say the same all the time.
@Suite("Random work")
struct StorePropertyTests {
    private static let logged: Set<EntryState> = [.accepted, .delivered, .undelivered, .expired]

    @Test(
        "is answered by every store as by the one in memory", arguments: StoreKind.allCases,
        1...12 as ClosedRange<UInt64>)
    func same(_ kind: StoreKind, _ seed: UInt64) async throws {
        let (store, folder) = try kind.make(events: Self.logged)
        defer { withExtendedLifetime(folder) {} }
        let reference = InMemoryOutboxStore(events: Self.logged)
        var random = Draws(source: SeededRandom(seed: seed))
        var (held, heldByReference): (Held, Held) = ([:], [:])
        var time: Int64 = 0
        for step in 1...400 {
            time += Int64(random.below(4))
            let work = Work(&random, now: time)
            let answer = await work.answer(of: store, &held)
            let expected = await work.answer(of: reference, &heldByReference)
            guard answer == expected else {
                Issue.record("seed \(seed), step \(step): \(work) gave \(answer), expected \(expected)")
                return
            }
        }
        for state in EntryState.allCases {
            let entries = try await store.entries(in: state)
            #expect(try await reference.entries(in: state).map(words) == entries.map(words))
        }
        #expect(try await store.counts() == reference.counts())
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

/// The entries as they were when they were taken last, however long ago.
private typealias Held = [MessageID: OutboxEntry]

private struct Draws {
    var source: SeededRandom

    mutating func below(_ bound: Int) -> Int { Int(source.next() % UInt64(bound)) }

    mutating func one<Value>(of values: [Value]) -> Value { values[below(values.count)] }
}

/// One call of a store.
private enum Work {
    case submit(Submission, WallTime)
    case submitAll([Submission], WallTime)
    case take(OutboxWork, Lease, Int, WallTime)
    case renew([MessageID], Lease)
    case change(MessageID, EntryChange)
    case record(MessageID, EntryChange)
    case receive(DeliveryReceipt, WallTime)
    case list(EntryFilter, EntryOrder, EntryCursor?)
    case takeEvents(Lease, WallTime)
    case finishEvents([Int64])
    case retryEvent(Int64, LeaseOwner, WallTime)
    case purge(WallTime)
    case nextTime

    init(_ random: inout Draws, now: Int64) {
        let name = "m\(random.below(24))"
        let id = MessageID(rawValue: name)
        let owner: LeaseOwner = random.one(of: ["o", "p"])
        switch random.below(22) {
        case 0...3: self = .submit(Self.submission(name, &random, now), .at(now))
        case 4...6:
            let work = random.one(of: [OutboxWork.due, .due, .abandoned])
            self = .take(work, .of(owner, until: now + 6), random.below(4), .at(now))
        case 7: self = .renew([id, "m1", "m2"], .of(owner, until: now + 9))
        case 8...10: self = .change(id, Self.change(name, &random, now))
        case 11, 12: self = .receive(Self.receipt(name, &random, now), .at(now))
        case 13: self = .list(Self.filter(&random, now), random.one(of: EntryOrder.allCases), nil)
        case 19...21: self = .record(id, Self.change(name, &random, now))
        case 14: self = .takeEvents(.of(owner, until: now + 4), .at(now))
        case 15: self = .finishEvents([Int64(random.below(30)), 3])
        case 17:
            let names = (0..<random.below(4)).map { _ in "m\(random.below(24))" }
            self = .submitAll(names.map { Self.submission($0, &random, now) }, .at(now))
        case 16: self = .retryEvent(Int64(random.below(30)), owner, .at(now + 2))
        default: self = random.below(3) == 0 ? .purge(.at(now - 20)) : .nextTime
        }
    }

    private static func submission(_ name: String, _ random: inout Draws, _ now: Int64) -> Submission {
        let tenant: Tenant = random.one(of: ["a", "b", "ü"])
        let sendAt: WallTime? = random.below(3) == 0 ? .at(now + 5) : nil
        let expires: WallTime? = random.below(4) == 0 ? .at(now + 8) : nil
        let key: IdempotencyKey = random.one(of: ["k", "l"])
        let idempotency = random.below(3) == 0 ? Idempotency(key: key, fingerprint: "f") : nil
        let template: TemplateName? = random.one(of: [nil, "t", "u"])
        let tags: [NotificationGateway.Tag] = random.one(of: [[], ["x"], ["x", "y"]])
        let recipients: [Address] = random.one(
            of: [["+8613800138000"], ["+8613800138000", "+2"]])
        return .sample(
            name, random.one(of: NotificationGateway.Category.allCases), tenant: tenant, sendAt: sendAt,
            expires: expires, idempotency: idempotency, template: template, tags: tags, to: recipients,
            reference: random.one(of: [nil, nil, "r"]), isFoundByRecipient: random.below(2) == 0)
    }

    private static func change(_ name: String, _ random: inout Draws, _ now: Int64) -> EntryChange {
        let event = random.one(of: EntryEvent.allCases + [.accepted, .accepted])
        var change = EntryChange(
            event, now: .at(now), owner: random.below(5) == 0 ? nil : random.one(of: ["o", "p"]),
            dueAt: random.below(2) == 0 ? .at(now + 3) : nil)
        if event == .accepted, random.below(2) == 0 { change.result = .accepted(["+1", "+2"], "v-\(name)") }
        return change
    }

    private static func receipt(_ name: String, _ random: inout Draws, _ now: Int64) -> DeliveryReceipt {
        let isByReference = random.below(2) == 0
        return DeliveryReceipt(
            provider: random.one(of: ["p", "p", "q"]), reference: isByReference ? "\(name)-1" : nil,
            vendorMessageID: isByReference ? nil : "v-\(name)", address: random.one(of: ["+1", "+2", "+3", nil]),
            word: ReceiptWord(isDelivered: random.below(4) != 0, time: .at(now)))
    }

    private static let number = (try? PhoneNumber(parsing: "+8613800138000")).map(Recipient.phone)

    private static func filter(_ random: inout Draws, _ now: Int64) -> EntryFilter {
        EntryFilter(
            state: random.one(of: [nil, nil] + EntryState.allCases), tenant: random.one(of: [nil, "a", "b"]),
            category: random.one(of: [nil, .marketing]), template: random.one(of: [nil, nil, "t"]),
            tag: random.one(of: [nil, "x", "y"]), recipient: random.one(of: [nil, nil, number]),
            submittedFrom: random.below(3) == 0 ? .at(now - 30) : nil,
            submittedBefore: random.below(3) == 0 ? .at(now - 3) : nil)
    }

    /// The answer in words, as it can be compared.
    func answer(of store: any OutboxStore & EventLog, _ held: inout Held) async -> String {
        do {
            switch self {
            case .submit(let submission, let now):
                let answer = try await store.submit(submission, now: now)
                return "\(answer.isNew) \(words(answer.entry))"
            case .submitAll(let submissions, let now):
                let answers = try await store.submit(submissions, now: now)
                return "\(answers.map { "\($0.isNew) \(words($0.entry))" })"
            case .take(let work, let lease, let limit, let now):
                let taken = try await store.take(work, for: lease, limit: limit, now: now)
                for entry in taken { held[entry.id] = entry }
                return taken.map(words).description
            case .renew(let ids, let lease): return try await store.renew(ids, for: lease).sorted().description
            case .change(let id, let change): return words(try await store.change(id, by: change))
            case .record(let id, let change):
                guard let entry = held[id] else { return "never taken" }
                try await store.record(change, of: entry)
                return try await store.entry(id).map(words) ?? "gone"
            case .receive(let receipt, let now):
                let answer = try await store.receive(receipt, now: now)
                return "\(answer.effect) \(answer.entry.map(words) ?? "")"
            case .list(let filter, let order, let cursor):
                let page = try await store.entries(matching: filter, order, after: cursor, limit: 4)
                let next = try await store.entries(matching: filter, order, after: page.last?.cursor, limit: 4)
                return (page + next).map(words).description
            case .takeEvents(let lease, let now):
                let events = try await store.takeEvents(for: lease, limit: 3, now: now)
                return "\(events.map { "\($0.sequence) \($0.messageID) \($0.state) \($0.time) \($0.tries)" })"
            case .finishEvents(let sequences):
                try await store.finishEvents(sequences)
                return "\(String(describing: try await store.nextEventTime()))"
            case .retryEvent(let sequence, let owner, let time):
                try await store.retryEvent(sequence, owner: owner, at: time)
                return "\(String(describing: try await store.nextEventTime()))"
            case .purge(let time): return "\(try await store.purge(olderThan: time))"
            case .nextTime: return "\(String(describing: try await store.nextTime()))"
            }
        } catch {
            return "\(error)"
        }
    }
}

private func words(_ entry: OutboxEntry) -> String {
    "\(entry.id) \(entry.reference ?? "") \(entry.tenant) \(entry.state) \(entry.changedAt) \(String(describing: entry.dueAt)) "
        + "\(entry.tries) \(String(describing: entry.lease)) \(String(describing: entry.unknownSince)) "
        + (entry.result?.recipients.map { "\($0.address) \($0)" }.description ?? "")
}
