internal import CSQLite

/// A prepared statement, used again and again. Values only come in as bound parameters.
final class Statement {
    private let handle: OpaquePointer
    private unowned let database: Database

    /// Throws what SQLite thinks of `sql`.
    init(_ sql: StaticString, _ database: Database) throws(StoreError) {
        var handle: OpaquePointer?
        let text = UnsafeRawPointer(sql.utf8Start).assumingMemoryBound(to: CChar.self)
        let count = Int32(sql.utf8CodeUnitCount)
        // It will be kept: SQLite may take memory for it that is not for short use.
        let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
        let code = sqlite3_prepare_v3(database.handle, text, count, flags, &handle, nil)
        guard code == SQLITE_OK, let handle else { throw StoreError(sqlite: code, database.handle) }
        self.handle = handle
        self.database = database
    }

    deinit { sqlite3_finalize(self.handle) }

    /// Runs it to its end and hands each row to `read`.
    func run(_ values: [any ColumnValue], _ read: (inout Row) throws(StoreError) -> Void) throws(StoreError) {
        // Also after an error: a statement under way would hold the transaction open.
        defer {
            sqlite3_reset(self.handle)
            sqlite3_clear_bindings(self.handle)
        }
        precondition(sqlite3_bind_parameter_count(self.handle) == values.count, "a value for each parameter")
        for (index, value) in values.enumerated() { try self.bind(value.column, at: Int32(index + 1)) }
        while true {
            let code = sqlite3_step(self.handle)
            guard code == SQLITE_ROW else {
                guard code == SQLITE_DONE else { throw StoreError(sqlite: code, self.database.handle) }
                return
            }
            var row = Row(self.handle)
            try read(&row)
        }
    }

    private func bind(_ value: SQLiteValue, at index: Int32) throws(StoreError) {
        let code =
            switch value {
            case .null: sqlite3_bind_null(self.handle, index)
            case .integer(let number): sqlite3_bind_int64(self.handle, index, number)
            case .text(let text): gh_sqlite3_bind_text(self.handle, index, text, UInt64(text.utf8.count))
            case .blob(let bytes): gh_sqlite3_bind_blob(self.handle, index, bytes, UInt64(bytes.count))
            }
        guard code == SQLITE_OK else { throw StoreError(sqlite: code, self.database.handle) }
    }
}

/// The row at which a statement stands: its columns are read from left to right, each once.
struct Row: ~Copyable {
    private let statement: OpaquePointer
    private var index: Int32 = 0

    init(_ statement: OpaquePointer) { self.statement = statement }

    /// The next column. Throws `corrupt` if no such value can be in it.
    mutating func next<Value: ColumnValue>(_ type: Value.Type = Value.self) throws(StoreError) -> Value {
        let index = self.index
        precondition(index < sqlite3_column_count(self.statement), "a row has no more columns")
        self.index += 1
        guard let value = Value(column: self.value(at: index)) else {
            let name = sqlite3_column_name(self.statement, index).map { String(cString: $0) } ?? ""
            throw .corrupt("column \(name) holds what was never written there")
        }
        return value
    }

    private func value(at index: Int32) -> SQLiteValue {
        switch sqlite3_column_type(self.statement, index) {
        case SQLITE_INTEGER: .integer(sqlite3_column_int64(self.statement, index))
        case SQLITE_TEXT: .text(self.text(at: index))
        case SQLITE_BLOB: .blob(Array(self.bytes(sqlite3_column_blob(self.statement, index), index)))
        default: .null
        }
    }

    private func text(at index: Int32) -> String {
        String(decoding: self.bytes(sqlite3_column_text(self.statement, index), index), as: UTF8.self)
    }

    private func bytes(_ start: UnsafeRawPointer?, _ index: Int32) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(self.statement, index)))
    }
}
