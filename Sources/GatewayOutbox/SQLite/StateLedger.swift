import GRDB
import NotificationGateway
import Synchronization

/// What follows each change of an entry's state: its event, where somebody wants to hear of it, and how many entries are in each
/// state.
///
/// The counts are written once a transaction. Triggers would write them for each entry, and make SQLite keep a journal of each
/// statement, which costs more than the statement.
final class StateLedger: Sendable {
    /// The states of which an event is logged.
    let logged: Set<EntryState>
    /// By how many each state's count has changed in the running transaction.
    private let moves = Mutex<[EntryState: Int]>([:])

    init(logging states: Set<EntryState>) { logged = states }

    /// Counts an entry that has come into another state, and logs its event where somebody wants to hear of that.
    func note(
        _ old: EntryState, _ progress: EntryProgress, sequence: Int64, id: String, tenant: String, _ database: Database
    ) throws {
        move(from: old, to: progress.state)
        guard logged.contains(progress.state) else { return }
        let time = SQLValue.integer(progress.changedAt.nanosecondsSinceEpoch)
        try RawStatement(
            "INSERT INTO event (entry, id, tenant, state, time, tries, due_at) VALUES (?, ?, ?, ?, ?, 0, ?)", database
        ).run([.integer(sequence), .text(id), .text(tenant), .text(progress.state.rawValue), time, time])
    }

    /// Counts an entry that comes, moves or goes.
    func move(from old: EntryState?, to new: EntryState?) {
        guard old != new else { return }
        moves.withLock { moves in
            if let old { moves[old, default: 0] -= 1 }
            if let new { moves[new, default: 0] += 1 }
        }
    }

    /// What has been counted so far, to come back to when a part of the transaction is rolled back.
    var mark: [EntryState: Int] { moves.withLock { $0 } }

    func rollback(to mark: [EntryState: Int] = [:]) { moves.withLock { $0 = mark } }

    /// Writes the counts, as the last of a transaction.
    func write(_ database: Database) throws {
        for (state, change) in mark where change != 0 {
            try RawStatement(
                "INSERT INTO tally VALUES (?, ?) ON CONFLICT (state) DO UPDATE SET count = count + excluded.count",
                database
            ).run([.text(state.rawValue), SQLValue(change)])
        }
        rollback()
    }
}
