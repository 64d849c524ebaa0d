import GRDB
import Synchronization

/// Gathers what many callers want to write while the disk is busy, and writes it in one transaction.
///
/// A commit waits for the disk; while one does, callers queue up, and all of them share the next one. A lone caller waits for
/// nobody. One part that is refused takes nothing from the others.
final class GroupCommit: Sendable {
    /// One caller's part.
    struct Part: Sendable {
        /// Writes it, and gives what tells the caller once that is on disk. May be done twice, when the first is rolled back.
        let write: @Sendable (Database) throws -> @Sendable () -> Void
        /// Tells the caller that nothing of it is on disk.
        let fail: @Sendable (OutboxStoreError) -> Void
    }

    private struct State {
        var waiting: [Part] = []
        var isWriting = false
    }

    private let database: any DatabaseWriter
    private let ledger: StateLedger
    private let state = Mutex(State())
    private let commits = Atomic(0)

    init(_ database: any DatabaseWriter, _ ledger: StateLedger) {
        self.database = database
        self.ledger = ledger
    }

    /// How many callers wait for the next transaction.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// How many transactions were committed.
    var commitCount: Int { commits.load(ordering: .relaxed) }

    /// Writes, and returns when it is on disk. `body` may be called twice, after what it did first was rolled back.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(OutboxStoreError) -> Value {
        let result: Result<Value, OutboxStoreError> = await withCheckedContinuation { continuation in
            add(
                Part(
                    write: { database in
                        let value = try body(database)
                        return { continuation.resume(returning: .success(value)) }
                    },
                    fail: { continuation.resume(returning: .failure($0)) }))
        }
        return try result.get()
    }

    private func add(_ part: Part) {
        let isFirst = state.withLock { state in
            state.waiting.append(part)
            defer { state.isWriting = true }
            return !state.isWriting
        }
        // Nobody's task: a caller that is cancelled must not end the others' writing.
        if isFirst { Task { await self.writeAll() } }
    }

    private func writeAll() async {
        while let group = nextGroup() {
            do {
                let endings = try await database.writeWithoutTransaction { try self.commit(group, $0) }
                commits.add(1, ordering: .relaxed)
                for ending in endings { ending() }
            } catch {
                for part in group { part.fail(OutboxStoreError(error)) }
            }
        }
    }

    private func nextGroup() -> [Part]? {
        state.withLock { state in
            let group = state.waiting
            state.waiting = []
            state.isWriting = !group.isEmpty
            return group.isEmpty ? nil : group
        }
    }

    // MARK: One transaction

    private func commit(_ group: [Part], _ database: Database) throws -> [@Sendable () -> Void] {
        do {
            return try transaction(database) { try group.map { try $0.write(database) } }
        } catch {
            // One was refused, which is rare: then each by itself, so that the others stay.
            guard group.count > 1 else { throw error }
            return try transaction(database) { try group.map { try apart($0, database) } }
        }
    }

    /// One part as a savepoint of its own.
    private func apart(_ part: Part, _ database: Database) throws -> @Sendable () -> Void {
        var ending: (@Sendable () -> Void)?
        let mark = ledger.mark
        do {
            try database.inSavepoint {
                ending = try part.write(database)
                return .commit
            }
        } catch {
            // A full disk may take the whole transaction with it.
            guard database.isInsideTransaction else { throw error }
            ledger.rollback(to: mark)
            let reason = OutboxStoreError(error)
            return { part.fail(reason) }
        }
        return ending ?? { part.fail(.failed("nothing was written")) }
    }

    private func transaction<Value>(_ database: Database, _ body: () throws -> Value) throws -> Value {
        // Prepared once: for a group of few, that costs as much as to write it.
        try RawStatement("BEGIN IMMEDIATE", database).run([])
        do {
            let value = try body()
            try ledger.write(database)
            try RawStatement("COMMIT", database).run([])
            return value
        } catch {
            ledger.rollback()
            // Where the database has done it itself there is nothing left to roll back.
            try? database.rollback()
            throw error
        }
    }
}
