import Foundation
import GRDB
import NotificationGateway
import ProcessSupport
import Testing

@testable import GatewayOutbox

@Suite("The store in an SQLite file")
struct SQLiteTests {
    private let folder: TemporaryFolder
    private var path: String { folder.file("outbox.sqlite") }

    init() throws { folder = try TemporaryFolder() }

    // MARK: Durability

    @Test("waits for the disk in every commit")
    func durable() async throws {
        let store = try SQLiteOutboxStore(path: path)
        let settings = try await store.writer.write { database in
            [
                try String.fetchOne(database, sql: "PRAGMA journal_mode"),
                try String.fetchOne(database, sql: "PRAGMA synchronous"),
            ]
        }
        // 2 is FULL.
        #expect(settings == ["wal", "2"])
    }

    @Test("lets many submissions share one commit, and one that is refused takes nothing from the others")
    func groupCommit() async throws {
        let store = try SQLiteOutboxStore(path: path)
        _ = try await store.submit(.sample("m50", text: "another"), now: .at(0))
        let before = store.writer.commitCount
        let gate = DispatchSemaphore(value: 0)
        let (begun, beginning) = AsyncStream<Void>.makeStream()
        async let hold: Void = store.writer.write { _ in
            beginning.finish()
            gate.wait()
        }
        for await _ in begun {}
        let submissions = (1...100).map { number in
            Task { try await store.submit(.sample("m\(number)"), now: .at(0)).isNew }
        }
        while store.writer.waitingCount < 100 { await Task.yield() }
        gate.signal()
        try await hold
        var kept = 0
        for (place, submission) in submissions.enumerated() {
            do { kept += try await submission.value ? 1 : 0 } catch {
                #expect(place == 49 && error as? OutboxStoreError == .conflict)
            }
        }
        #expect(kept == 99 && store.writer.commitCount == before + 2)
        #expect(try await store.entries(in: .queued).count == 100)
        #expect(try await store.counts() == [.queued: 100])
    }

    @Test("has after a kill whatever was returned before it", arguments: [1, 40, 300])
    func kill(_ count: Int) async throws {
        let end = try await ChildProcess.run("OutboxProcess", ["submit", path, "\(count)"])
        #expect(end.status == 128 + SIGKILL)
        let ids = end.output.split(separator: "\n")
        #expect(ids.count >= count)
        let store = try SQLiteOutboxStore(path: path)
        for id in ids { #expect(try await store.entry(MessageID(rawValue: String(id)))?.state == .queued) }
    }

    @Test("is for its owner's eyes only")
    func privacy() async throws {
        let store = try SQLiteOutboxStore(path: path)
        _ = try await store.submit(.sample("a"), now: .at(0))
        for file in [path, path + "-wal", path + "-shm"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            #expect((attributes[.posixPermissions] as? Int) == 0o600, "\(file)")
        }
    }

    @Test("leaves nothing of what was purged in the file")
    func secureDelete() async throws {
        let store = try SQLiteOutboxStore(path: path)
        _ = try await store.submit(.sample("a", text: "a secret word"), now: .at(0))
        try await store.change("a", by: EntryChange(.cancelled, now: .at(0)))
        try await store.purge(olderThan: .at(1))
        try store.close()
        try await DatabaseQueue(path: path).writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        #expect(try !Data(contentsOf: URL(fileURLWithPath: path)).contains(Data("a secret word".utf8)))
    }

    @Test("gives the room of what was purged back to the file system")
    func vacuum() async throws {
        let store = try SQLiteOutboxStore(path: path)
        for number in 1...200 {
            let text = String(repeating: "x", count: 4000)
            _ = try await store.submit(.sample("m\(number)", text: text), now: .at(0))
            try await store.change(MessageID(rawValue: "m\(number)"), by: EntryChange(.cancelled, now: .at(0)))
        }
        let pages = { try await store.writer.write { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 } }
        let full = try await pages()
        #expect(try await store.purge(olderThan: .at(1)) == 200)
        try await store.vacuum()
        #expect(try await pages() < full / 4)
    }

    // MARK: Trouble

    @Test("says that the file is locked, and goes on when it is free")
    func locked() async throws {
        let store = try SQLiteOutboxStore(path: path, busyTimeout: .zero)
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: path, configuration: configuration)
        try await other.writeWithoutTransaction { try $0.beginTransaction(.immediate) }
        await #expect(throws: OutboxStoreError.locked) { _ = try await store.submit(.sample("a"), now: .at(0)) }
        try await other.writeWithoutTransaction { try $0.rollback() }
        #expect(try await store.submit(.sample("a"), now: .at(0)).isNew)
    }

    @Test("says that the disk is full, keeps what it has, and goes on when there is room")
    func full() async throws {
        let store = try SQLiteOutboxStore(path: path)
        _ = try await store.submit(.sample("a"), now: .at(0))
        try await Self.limit(store, pages: 60)
        let large = String(repeating: "x", count: 1_000_000)
        await #expect(throws: OutboxStoreError.diskFull) {
            _ = try await store.submit(.sample("b", text: large), now: .at(0))
        }
        #expect(try await store.entry("a")?.state == .queued)
        #expect(try await store.entry("b") == nil)
        #expect(try await store.submit(.sample("c"), now: .at(0)).isNew)
        try await Self.limit(store, pages: 100_000)
        #expect(try await store.submit(.sample("b", text: large), now: .at(0)).isNew)
    }

    private static func limit(_ store: SQLiteOutboxStore, pages: Int) async throws {
        try await store.writer.write { _ = try Int.fetchOne($0, sql: "PRAGMA max_page_count = \(pages)") }
    }

    @Test("promises nothing once its file is removed or replaced, ends what it has, and goes on when the file is back")
    func removed() async throws {
        let store = try SQLiteOutboxStore(path: path)
        _ = try await store.submit(.sample("a"), now: .at(0))
        let kept = folder.file("kept.sqlite")
        try FileManager.default.moveItem(atPath: path, toPath: kept)
        for replace in [false, true] {
            if replace { try folder.write("", to: "outbox.sqlite") }
            for count in 1...2 {
                let error = await #expect(throws: OutboxStoreError.self) {
                    _ = try await store.submit((1...count).map { .sample("b\($0)") }, now: .at(0))
                }
                #expect("\(error.map { "\($0)" } ?? "")".contains("removed or replaced"))
            }
        }
        let taken = try await store.take(.due, for: Lease(owner: "me", end: .at(9)), limit: 9, now: .at(1))
        #expect(taken.map(\.id) == ["a"])
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.moveItem(atPath: kept, toPath: path)
        #expect(try await store.submit(.sample("b"), now: .at(0)).isNew)
    }

    @Test("says that a file is no database, and leaves it alone")
    func noDatabase() throws {
        let text = String(repeating: "this is a letter, not a database\n", count: 100)
        try folder.write(text, to: "outbox.sqlite")
        let error = #expect(throws: OutboxStoreError.self) { _ = try SQLiteOutboxStore(path: path) }
        guard case .corrupted = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try read(path) == text)
    }

    @Test("says that a file is damaged, and goes on when it is put right")
    func damaged() async throws {
        let store = try SQLiteOutboxStore(path: path)
        for number in 1...50 { _ = try await store.submit(.sample("m\(number)"), now: .at(0)) }
        try store.close()
        // Moves what is in the log into the file.
        try await DatabaseQueue(path: path).writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        let good = try Data(contentsOf: URL(fileURLWithPath: path))
        let reopened = try SQLiteOutboxStore(path: path)
        try Self.overwrite(path, with: Data(repeating: 0xAB, count: good.count - 4096), at: 4096)
        for _ in 1...2 {
            let error = await #expect(throws: OutboxStoreError.self) { _ = try await reopened.entry("m1") }
            guard case .corrupted = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
        try Self.overwrite(path, with: good, at: 0)
        #expect(try await reopened.entry("m1")?.state == .queued)
        #expect(try await reopened.submit(.sample("new"), now: .at(0)).isNew)
    }

    private static func overwrite(_ path: String, with bytes: Data, at offset: UInt64) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seek(toOffset: offset)
        try file.write(contentsOf: bytes)
        try file.close()
    }

    @Test("says what of an entry cannot be read, without its values")
    func unreadable() async throws {
        let store = try SQLiteOutboxStore(path: path)
        _ = try await store.submit(.sample("a"), now: .at(0))
        for (column, value) in [("state", "flying"), ("tries", "many"), ("message", "{}")] {
            let old = try await store.writer.write { try String.fetchOne($0, sql: "SELECT \(column) FROM entry") }
            try await store.writer.write { try $0.execute(sql: "UPDATE entry SET \(column) = ?", arguments: [value]) }
            let expected = OutboxStoreError.corrupted("column '\(column)' of an entry cannot be read")
            await #expect(throws: expected) { _ = try await store.entry("a") }
            try await store.writer.write { try $0.execute(sql: "UPDATE entry SET \(column) = ?", arguments: [old]) }
        }
        #expect(try await store.entry("a")?.state == .queued)
    }

    @Test("says that a file cannot be opened")
    func missingFolder() {
        let error = #expect(throws: OutboxStoreError.self) {
            _ = try SQLiteOutboxStore(path: folder.file("none/outbox.sqlite"))
        }
        guard case .failed = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("is made once, however many open it at the same time")
    func openedTogether() async throws {
        try await withThrowingTaskGroup(of: SQLiteOutboxStore.self) { [path] group in
            for _ in 0..<8 { group.addTask { @concurrent in try SQLiteOutboxStore(path: path) } }
            for try await store in group { #expect(try await store.counts().isEmpty) }
        }
    }

    // MARK: Versions

    private static let versions = projectFolder.appendingPathComponent("Tests/GatewayOutboxTests/Versions")

    @Test("has a file of each version to be opened")
    func everyVersion() throws {
        for version in OutboxSchema.migrator.migrations {
            let dump = Self.versions.appendingPathComponent("\(version).sql").path
            #expect(FileManager.default.fileExists(atPath: dump), "put a dump of a file of \(version) there")
        }
    }

    @Test("opens the file of every older version with all that is in it", arguments: ["v1", "v2", "v3", "v4"])
    func migration(_ version: String) async throws {
        let dump = try read(Self.versions.appendingPathComponent("\(version).sql").path)
        try await DatabaseQueue(path: path).writeWithoutTransaction { try $0.execute(sql: dump) }
        let store = try SQLiteOutboxStore(path: path)
        let queued = try #require(try await store.entry("queued"))
        #expect(queued.state == .queued && queued.message.content == .text("hello") && queued.tenant == "shop")
        #expect(queued.idempotency == Idempotency(key: "k", fingerprint: "f") && queued.dueAt == .at(0))
        let sending = try #require(try await store.entry("sending"))
        #expect(sending.state == .sending && sending.lease == .of("o", until: 30) && sending.tries == 1)
        #expect(try await store.entry("dead")?.result?.recipients.first?.reason == "throttled")
        #expect(try await store.counts()[.queued] == 1)
        let shop = EntryFilter(tenant: "shop")
        let listed = try await store.entries(matching: shop, .newestFirst, after: nil, limit: 9).map(\.id)
        #expect(listed == ["dead", "sending", "queued"])
        #expect(try await store.take(.due, for: .of("p", until: 60), limit: 9, now: .at(31)).map(\.id) == ["queued"])
        if version != "v1" { try await Self.checkSecond(store) }
        if !["v1", "v2"].contains(version) { try await Self.checkThird(store) }
    }

    /// What the second version brought.
    private static func checkSecond(_ store: SQLiteOutboxStore) async throws {
        let filter = EntryFilter(template: "login-code", tag: "vip")
        let found = try await store.entries(matching: filter, .newestFirst, after: nil, limit: 9)
        #expect(found.map(\.id) == ["delivered"] && found.first?.result?.attempts.first?.reference == "delivered-1")
        let word = ReceiptWord(isDelivered: true, time: .at(9))
        let receipt = DeliveryReceipt(provider: "aliyun", vendorMessageID: "biz", word: word)
        #expect(try await store.receive(receipt, now: .at(9)).effect == .repeated)
        let events = try await store.takeEvents(for: .of("w", until: 90), limit: 9, now: .at(60))
        #expect(events.map(\.state) == [.delivered])
    }

    /// What the third version brought.
    private static func checkThird(_ store: SQLiteOutboxStore) async throws {
        let filter = EntryFilter(recipient: .phone(try PhoneNumber(parsing: "+8613900139000")))
        let found = try await store.entries(matching: filter, .newestFirst, after: nil, limit: 9)
        #expect(found.map(\.id) == ["found"] && found.first?.reference == "order 7")
        #expect(try await store.entry("queued")?.isFoundByRecipient == false)
    }

    @Test("leaves no address of what was purged")
    func recipientsGo() async throws {
        let store = try SQLiteOutboxStore(path: path)
        var submission = Submission.sample("a", to: ["+8613800138000", .recipient(.email(try EmailAddress("a@b.c")))])
        submission.isFoundByRecipient = true
        _ = try await store.submit(submission, now: .at(0))
        let count = { try await store.writer.write { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM recipient") } }
        #expect(try await count() == 2)
        try await store.change("a", by: EntryChange(.cancelled, now: .at(0)))
        try await store.purge(olderThan: .at(1))
        #expect(try await count() == 0)
    }

    @Test("refuses the file of a newer version")
    func newer() throws {
        _ = try SQLiteOutboxStore(path: path)
        try DatabaseQueue(path: path).write { database in
            try database.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('v999')")
        }
        #expect(throws: OutboxStoreError.corrupted("the file was written by a newer version")) {
            _ = try SQLiteOutboxStore(path: path)
        }
    }
}
