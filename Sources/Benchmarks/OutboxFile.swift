import Foundation
import GRDBSQLite

/// Looks into the file of a running server from outside.
struct OutboxFile {
    private let path: String

    init(_ path: String) { self.path = path }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// From the first submission to the last acceptance, in seconds, as the entries say it.
    struct Spans {
        var untilAcceptance: Double
    }

    /// Waits until so many entries are accepted.
    func spans(whenAccepted count: Int) async throws -> Spans {
        var database: OpaquePointer?
        guard sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, nil) == SQLITE_OK else {
            throw Failure(description: "the outbox cannot be read")
        }
        defer { sqlite3_close(database) }
        var last = (accepted: -1.0, looks: 0)
        while true {
            let accepted = Self.number("SELECT count FROM tally WHERE state = 'accepted'", database)
            if Int(accepted) >= count { break }
            last = accepted == last.accepted ? (accepted, last.looks + 1) : (accepted, 0)
            guard last.looks < 300 else {
                throw Failure(
                    description: "\(Int(accepted)) of \(count) messages were accepted, and no more for a while")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        let first = Self.number("SELECT MIN(submitted_at) FROM entry", database)
        return Spans(untilAcceptance: (Self.number("SELECT MAX(changed_at) FROM entry", database) - first) / 1e9)
    }

    private static func number(_ sql: String, _ database: OpaquePointer?) -> Double {
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK,
            sqlite3_step(statement) == SQLITE_ROW
        else { return 0 }
        return sqlite3_column_double(statement, 0)
    }
}
