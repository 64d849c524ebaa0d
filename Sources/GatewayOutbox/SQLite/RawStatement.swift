import GRDB
import GRDBSQLite

/// A prepared statement that is bound, stepped and read without GRDB's arguments and rows: of what is done thousands of times a
/// second those cost more than the statement itself.
struct RawStatement {
    private let statement: OpaquePointer
    private let database: Database

    /// Prepares it, or finds it prepared.
    init(_ sql: String, _ database: Database) throws {
        self.database = database
        statement = try database.cachedStatement(sql: sql).sqliteStatement
    }

    /// Runs it, and gives how many rows it has changed.
    @discardableResult
    func run(_ values: [SQLValue]) throws -> Int {
        try forEachRow(values) { _ in }
        return Int(sqlite3_changes(database.sqliteConnection))
    }

    /// Runs it, and hands over each row.
    func forEachRow(_ values: [SQLValue], _ body: (RawRow) throws -> Void) throws {
        defer { sqlite3_reset(statement) }
        for (place, value) in values.enumerated() { try check(value.bind(to: statement, at: Int32(place) + 1)) }
        while true {
            let code = sqlite3_step(statement)
            switch code {
            case SQLITE_ROW: try body(RawRow(statement: statement))
            case SQLITE_DONE: return
            default: try check(code)
            }
        }
    }

    /// The first column of each row, where it is a number.
    func numbers(_ values: [SQLValue]) throws -> [Int64] {
        var found: [Int64] = []
        try forEachRow(values) { row in if let number = row.integer(0) { found.append(number) } }
        return found
    }

    /// The first column of each row, where it is a text.
    func texts(_ values: [SQLValue]) throws -> [String] {
        var found: [String] = []
        try forEachRow(values) { row in if let text = row.text(0) { found.append(text) } }
        return found
    }

    private func check(_ code: Int32) throws {
        guard code != SQLITE_OK else { return }
        throw DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(database.sqliteConnection)),
            message: String(cString: sqlite3_errmsg(database.sqliteConnection)))
    }
}

/// What a statement is given.
enum SQLValue: Sendable {
    case null
    case integer(Int64)
    case text(String)

    init(_ number: Int64?) { self = number.map(Self.integer) ?? .null }
    init(_ number: Int) { self = .integer(Int64(number)) }
    init(_ text: String?) { self = text.map(Self.text) ?? .null }

    /// Tells SQLite to copy what it is given.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    fileprivate func bind(to statement: OpaquePointer, at place: Int32) -> Int32 {
        switch self {
        case .null: return sqlite3_bind_null(statement, place)
        case .integer(let number): return sqlite3_bind_int64(statement, place, number)
        case .text(var text):
            return text.withUTF8 { bytes in
                // An empty text has no place in memory, which SQLite would take for NULL.
                guard let start = bytes.baseAddress else { return sqlite3_bind_text(statement, place, "", 0, nil) }
                return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                    sqlite3_bind_text(statement, place, $0, Int32(bytes.count), Self.copied)
                }
            }
        }
    }
}

/// A row that a statement stands at; only for as long as it does.
struct RawRow {
    fileprivate let statement: OpaquePointer

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    /// `nil` for anything but a number.
    func integer(_ column: Int32) -> Int64? {
        sqlite3_column_type(statement, column) == SQLITE_INTEGER ? sqlite3_column_int64(statement, column) : nil
    }

    /// `nil` for anything but a text.
    func text(_ column: Int32) -> String? {
        guard sqlite3_column_type(statement, column) == SQLITE_TEXT,
            let start = sqlite3_column_text(statement, column)
        else { return nil }
        let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
        return String(decoding: bytes, as: UTF8.self)
    }
}
