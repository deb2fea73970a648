internal import CSQLite
internal import Glibc

extension StoreError {
    /// What a result code of SQLite means, with SQLite's own sentence.
    init(sqlite code: Int32, _ database: OpaquePointer?) {
        let detail = String(cString: database.map { sqlite3_errmsg($0) } ?? sqlite3_errstr(code))
        // The lower byte is the kind; the rest says more of it (https://sqlite.org/rescode.html).
        switch code & 0xFF {
        case SQLITE_FULL: self = .full(detail)
        case SQLITE_BUSY, SQLITE_LOCKED: self = .locked(detail)
        case SQLITE_CORRUPT, SQLITE_NOTADB: self = .corrupt(detail)
        case SQLITE_READONLY, SQLITE_PERM: self = .readOnly(detail)
        case SQLITE_CANTOPEN, SQLITE_IOERR: self = Self.system(detail, database.map { sqlite3_system_errno($0) } ?? 0)
        default: self = .other(detail)
        }
    }

    /// What the system said when a file could not be used.
    static func system(_ detail: String, _ number: Int32) -> StoreError {
        let sentence = number == 0 ? detail : "\(detail) (\(String(cString: strerror(number))))"
        switch number {
        case ENOSPC, EDQUOT: return .full(sentence)
        case EACCES, EPERM, EROFS: return .readOnly(sentence)
        default: return .other(sentence)
        }
    }
}
