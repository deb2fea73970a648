internal import Cryptography
internal import JOSE

// How the values of records lie in columns.

extension Timestamp: ColumnValue {
    var column: SQLiteValue { .integer(self.milliseconds) }

    init?(column: SQLiteValue) {
        guard let milliseconds = Int64(column: column) else { return nil }
        self.init(milliseconds: milliseconds)
    }
}

extension SecretDigest: ColumnValue {
    var column: SQLiteValue { .blob(self.bytes) }

    init?(column: SQLiteValue) {
        guard case .blob(let bytes) = column else { return nil }
        self.init(bytes: bytes)
    }
}

extension PasswordHash: ColumnValue {
    var column: SQLiteValue { .text(self.text) }

    init?(column: SQLiteValue) {
        guard let text = String(column: column), let hash = try? PasswordHash(text) else { return nil }
        self = hash
    }
}

extension GrantID: ColumnValue {
    var column: SQLiteValue { .text(self.text) }

    init?(column: SQLiteValue) {
        guard let text = String(column: column) else { return nil }
        self.init(text: text)
    }
}

/// As a JSON array: a group's name may have anything in it that could part two.
extension [String]: ColumnValue {
    var column: SQLiteValue { .text(JSONValue.array(self.map { .string($0) }).jsonText) }

    init?(column: SQLiteValue) {
        guard let elements = JSONValue(column: column)?.array else { return nil }
        let texts = elements.compactMap(\.string)
        guard texts.count == elements.count else { return nil }
        self = texts
    }
}

extension JSONValue: ColumnValue {
    var column: SQLiteValue { .text(self.jsonText) }

    init?(column: SQLiteValue) {
        guard let text = String(column: column), let value = try? JSONValue(parsing: text) else { return nil }
        self = value
    }
}

extension ColumnValue where Self: RawRepresentable, RawValue == String {
    var column: SQLiteValue { .text(self.rawValue) }

    init?(column: SQLiteValue) {
        guard let text = String(column: column) else { return nil }
        self.init(rawValue: text)
    }
}

extension SignatureAlgorithm: ColumnValue {}
extension ClientOrigin: ColumnValue {}
extension DeviceGrant.State: ColumnValue {}
