import GatewayOutbox
import NotificationGateway
import Testing

@Suite("The entries of a store")
struct ListingTests {
    /// Five entries, a second apart.
    private static func filled(_ kind: StoreKind) async throws -> (store: any OutboxStore, folder: Any) {
        let (store, folder) = try kind.make()
        let submissions: [Submission] = [
            .sample("a", .verification, tenant: "shop", template: "code", tags: ["vip"]),
            .sample("b", .notification, tenant: "bank", template: "news"),
            .sample("c", .marketing, tenant: "shop", template: "news", tags: ["vip", "eu", "vip"]),
            .sample("d", .notification, tenant: "shop"),
            .sample("e", .notification, tenant: "bank", template: "code", tags: ["eu"]),
        ]
        for (second, submission) in submissions.enumerated() {
            _ = try await store.submit(submission, now: .at(Int64(second)))
        }
        try await store.change("c", by: EntryChange(.cancelled, now: .at(9)))
        return (store, folder)
    }

    @Test("are found by all that they are", arguments: StoreKind.allCases)
    func filters(_ kind: StoreKind) async throws {
        let (store, folder) = try await Self.filled(kind)
        defer { withExtendedLifetime(folder) {} }
        let expected: [(EntryFilter, [MessageID])] = [
            (EntryFilter(), ["e", "d", "c", "b", "a"]), (EntryFilter(state: .queued), ["e", "d", "b", "a"]),
            (EntryFilter(state: .cancelled), ["c"]), (EntryFilter(state: .dead), []),
            (EntryFilter(tenant: "shop"), ["d", "c", "a"]), (EntryFilter(category: .notification), ["e", "d", "b"]),
            (EntryFilter(template: "news"), ["c", "b"]), (EntryFilter(tag: "vip"), ["c", "a"]),
            (EntryFilter(tag: "vi"), []), (EntryFilter(submittedFrom: .at(3)), ["e", "d"]),
            (EntryFilter(submittedBefore: .at(1)), ["a"]),
            (EntryFilter(submittedFrom: .at(1), submittedBefore: .at(3)), ["c", "b"]),
            (EntryFilter(state: .queued, tenant: "bank", template: "code", tag: "eu"), ["e"]),
            (EntryFilter(tenant: "shop", tag: "eu", submittedBefore: .at(2)), []),
        ]
        for (filter, ids) in expected {
            let found = try await store.entries(matching: filter, .newestFirst, after: nil, limit: 9).map(\.id)
            #expect(found == ids, "\(filter)")
            let reversed = try await store.entries(matching: filter, .oldestFirst, after: nil, limit: 9).map(\.id)
            #expect(reversed == ids.reversed(), "\(filter)")
        }
    }

    @Test("are found by a recipient where that was wanted, in a span of time", arguments: StoreKind.allCases)
    func recipients(_ kind: StoreKind) async throws {
        let (store, folder) = try kind.make()
        defer { withExtendedLifetime(folder) {} }
        let number = Recipient.phone(try PhoneNumber(parsing: "+8613800138000"))
        let other = Recipient.phone(try PhoneNumber(parsing: "+85251234567"))
        let submissions: [Submission] = [
            .sample("typed", to: [.recipient(number), .recipient(other)], isFoundByRecipient: true),
            .sample("unfound", to: [.recipient(number)]),
            .sample("text", tenant: "bank", tags: ["vip"], to: ["+8613800138000"], isFoundByRecipient: true),
            .sample("twice", to: [.recipient(number), .recipient(number)], isFoundByRecipient: true),
            .sample("spelled", to: ["138 0013 8000"], isFoundByRecipient: true),
        ]
        for (second, submission) in submissions.enumerated() {
            _ = try await store.submit(submission, now: .at(Int64(second)))
        }
        let expected: [(EntryFilter, [MessageID])] = [
            (EntryFilter(recipient: number), ["typed", "text", "twice"]), (EntryFilter(recipient: other), ["typed"]),
            (EntryFilter(tenant: "bank", recipient: number), ["text"]),
            (EntryFilter(tag: "vip", recipient: number), ["text"]), (EntryFilter(tag: "vip", recipient: other), []),
            (EntryFilter(recipient: number, submittedFrom: .at(1), submittedBefore: .at(3)), ["text"]),
            (EntryFilter(state: .queued, recipient: number, submittedFrom: .at(3)), ["twice"]),
        ]
        for (filter, ids) in expected {
            let found = try await store.entries(matching: filter, .oldestFirst, after: nil, limit: 9).map(\.id)
            #expect(found == ids, "\(filter)")
            let reversed = try await store.entries(matching: filter, .newestFirst, after: nil, limit: 9).map(\.id)
            #expect(reversed == ids.reversed(), "\(filter)")
        }
        let first = try await store.entries(
            matching: EntryFilter(recipient: number), .oldestFirst, after: nil, limit: 1)
        let next = try await store.entries(
            matching: EntryFilter(recipient: number), .oldestFirst, after: first.last?.cursor, limit: 1)
        #expect(next.map(\.id) == ["text"])
    }

    @Test("come page by page, and none twice when others come meanwhile", arguments: StoreKind.allCases)
    func pages(_ kind: StoreKind) async throws {
        let (store, folder) = try await Self.filled(kind)
        defer { withExtendedLifetime(folder) {} }
        for filter in [EntryFilter(), EntryFilter(tenant: "shop"), EntryFilter(tag: "vip")] {
            var cursor: EntryCursor?
            var found: [MessageID] = []
            while true {
                let page = try await store.entries(matching: filter, .newestFirst, after: cursor, limit: 1)
                guard let last = page.last else { break }
                found += page.map(\.id)
                _ = try await store.submit(.sample("new-\(last.id)", tenant: "shop", tags: ["vip"]), now: .at(20))
                // As it comes back from a caller.
                cursor = EntryCursor(last.cursor.description)
                #expect(cursor == last.cursor)
            }
            #expect(Set(found).count == found.count && found.suffix(1) == ["a"])
        }
        #expect(EntryCursor("1.2.3") == nil && EntryCursor("") == nil && EntryCursor("x.1") == nil)
    }

    @Test("are counted by state", arguments: StoreKind.allCases)
    func counts(_ kind: StoreKind) async throws {
        let (store, folder) = try await Self.filled(kind)
        defer { withExtendedLifetime(folder) {} }
        #expect(try await store.counts() == [.queued: 4, .cancelled: 1])
        _ = try await store.take(.due, for: .of("o", until: 30), limit: 1, now: .at(9))
        #expect(try await store.counts() == [.queued: 3, .cancelled: 1, .sending: 1])
        try await store.purge(olderThan: .at(99))
        #expect(try await store.counts() == [.queued: 3, .sending: 1])
    }
}
