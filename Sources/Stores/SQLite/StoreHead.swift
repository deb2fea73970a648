/// The first bytes of a store's file, for who looks at it without opening it (sqlite.org/fileformat.html, section 1.3). What
/// was written since may stand in the log beside the file: a fault is one for sure, and no fault proves nothing.
public struct StoreHead: Sendable, Equatable {
    /// Of SQLite's header.
    public static let byteCount = 100

    public enum Fault: Sendable, Equatable {
        /// Of another program.
        case foreign
        /// Of a newer Gatehouse. `known` is what this one has.
        case newer(version: Int64, known: Int64)
    }

    private let version: Int64
    private let owner: Int64

    /// Nil when this is not how an SQLite database begins.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count >= Self.byteCount, bytes.starts(with: Self.magic) else { return nil }
        self.version = Self.number(bytes[60..<64])
        self.owner = Self.number(bytes[68..<72])
    }

    /// Why no gateway of this version opens it.
    public var fault: Fault? {
        let known = Int64(Migrations.steps.count)
        guard self.owner == Migrations.applicationID || (self.owner == 0 && self.version == 0) else { return .foreign }
        return self.version > known ? .newer(version: self.version, known: known) : nil
    }

    /// Whether the next start brings it up to date, as far as the file itself tells.
    public var isOlder: Bool { self.fault == nil && self.version < Migrations.steps.count }

    // MARK: - Private details

    private static let magic = Array("SQLite format 3\0".utf8)

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int64 {
        Int64(Int32(truncatingIfNeeded: bytes.reduce(0) { $0 << 8 | UInt32($1) }))
    }
}
