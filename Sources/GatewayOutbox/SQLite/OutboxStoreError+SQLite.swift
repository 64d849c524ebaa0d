import GRDB

extension OutboxStoreError {
    /// What an error of the database means. SQLite's texts name tables and columns, never values.
    init(_ error: any Error) {
        switch error {
        case let error as OutboxStoreError: self = error
        case let error as DatabaseError:
            let words = error.message ?? error.resultCode.description
            switch error.resultCode {
            case .SQLITE_BUSY, .SQLITE_LOCKED: self = .locked
            case .SQLITE_FULL: self = .diskFull
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .corrupted(words)
            default: self = .failed(words)
            }
        default: self = .failed("\(type(of: error))")
        }
    }
}
