/// What a column holds: the storage classes of a STRICT table that are used here.
enum SQLiteValue: Equatable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
}

/// A Swift value that is bound to a parameter and read from a column.
protocol ColumnValue {
    var column: SQLiteValue { get }

    /// Nil if no such value can be in a column of this type: the row was not written by us.
    init?(column: SQLiteValue)
}

extension Int64: ColumnValue {
    var column: SQLiteValue { .integer(self) }

    init?(column: SQLiteValue) {
        guard case .integer(let number) = column else { return nil }
        self = number
    }
}

extension Bool: ColumnValue {
    var column: SQLiteValue { .integer(self ? 1 : 0) }

    init?(column: SQLiteValue) {
        guard case .integer(let number) = column, number == 0 || number == 1 else { return nil }
        self = number == 1
    }
}

extension String: ColumnValue {
    var column: SQLiteValue { .text(self) }

    init?(column: SQLiteValue) {
        guard case .text(let text) = column else { return nil }
        self = text
    }
}

/// Bytes that mean nothing to the store.
struct SealedBox: ColumnValue, Equatable {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var column: SQLiteValue { .blob(self.bytes) }

    init?(column: SQLiteValue) {
        guard case .blob(let bytes) = column else { return nil }
        self.bytes = bytes
    }
}

extension Optional: ColumnValue where Wrapped: ColumnValue {
    var column: SQLiteValue { self?.column ?? .null }

    init?(column: SQLiteValue) {
        if case .null = column {
            self = .none
            return
        }
        guard let value = Wrapped(column: column) else { return nil }
        self = value
    }
}
