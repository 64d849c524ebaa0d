import Foundation
import GatewayOutbox
import NotificationGateway
import ProcessSupport
import Testing

@Suite("notify outbox")
struct OutboxCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func run(_ arguments: String...) async throws -> ChildProcess.End {
        try await ChildProcess.run("notify", ["outbox"] + arguments + ["--outbox", folder.file("o.sqlite")])
    }

    /// Messages in states that a person looks for.
    private func fill(dead: Int) async throws {
        let store = try SQLiteOutboxStore(path: folder.file("o.sqlite"))
        let now = SystemClock().wallTime
        for number in 1...dead {
            let id = MessageID(rawValue: "dead-\(number)")
            let message = Message(id: id, to: ["+8613800138000"], content: .text("hello"))
            _ = try await store.submit(Submission(message, tenant: "shop"), now: now)
            _ = try await store.take(.due, for: Lease(owner: "o", end: now), limit: 1, now: now)
            try await store.change(id, by: EntryChange(.exhausted, now: now, owner: "o"))
        }
        let later = Message(id: "later", to: ["+8613800138000"], content: .text("hello"))
        _ = try await store.submit(Submission(later, sendAt: now.advanced(by: 86_400)), now: now)
        try store.close()
    }

    @Test("counts, lists and shows, with addresses masked unless asked for")
    func looks() async throws {
        try await fill(dead: 2)
        #expect(try await run("counts", "--json").object()["counts"] as? [String: Int] == ["dead": 2, "scheduled": 1])
        let list = try await run("list", "--state", "dead", "--tenant", "shop", "--json")
        #expect(try list.list("messages").map { $0["id"] as? String } == ["dead-2", "dead-1"])
        #expect(!list.output.contains("13800138000"))
        #expect(try await run("list", "--reveal", "--json").output.contains("13800138000"))
        #expect(try await run("show", "dead-1").output.hasPrefix("dead "))
        #expect(try await run("show", "nobody").status == 1)
        let wrong = try await run("list", "--state", "deed")
        #expect(wrong.status == 2 && wrong.errors.contains("queued, scheduled"))
    }

    @Test("queues dead messages again, by name or all, and no others")
    func requeues() async throws {
        try await fill(dead: 600)
        let named = try await run("requeue", "dead-1", "later", "nobody")
        #expect(named.status == 1 && named.output == "dead-1: requeued\n")
        #expect(named.errors.contains("later: it is scheduled") && named.errors.contains("nobody: there is no"))
        #expect(try await run("requeue", "--all-dead").output == "599 messages queued again\n")
        #expect(
            try await run("counts", "--json").object()["counts"] as? [String: Int] == ["queued": 600, "scheduled": 1])
        #expect(try await run("requeue").status == 2)
    }

    @Test("takes back what has not been sent")
    func cancels() async throws {
        try await fill(dead: 1)
        #expect(try await run("cancel", "later").output == "later: cancelled\n")
        let again = try await run("cancel", "later", "dead-1")
        #expect(again.status == 1 && again.errors.contains("it is cancelled") && again.errors.contains("it is dead"))
    }

    @Test("says where there is no outbox")
    func missing() async throws {
        let end = try await run("counts")
        #expect(end.status == 2 && end.errors.contains("there is no outbox at"))
        #expect(!FileManager.default.fileExists(atPath: folder.file("o.sqlite")))
    }
}
