/// Why the store did not do what it was asked for. Nothing of the transaction has happened; what was there, is there.
///
/// The sentence is for the operator. It holds no value of a row.
public enum StoreError: Error, Equatable, Sendable {
    /// The disk, or the bound of the file, is full.
    case full(String)
    /// Somebody else writes, and did not finish within `Database.busyTimeout`.
    case locked(String)
    /// The file is no database, or is damaged. It is never replaced: somebody has to look at it.
    case corrupt(String)
    /// The file or its directory may not be written.
    case readOnly(String)
    case other(String)
}

extension StoreError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .full(let detail): "the store is full: \(detail)"
        case .locked(let detail): "the store is locked by another process: \(detail)"
        case .corrupt(let detail): "the store is damaged and was left as it is: \(detail)"
        case .readOnly(let detail): "the store cannot be written: \(detail)"
        case .other(let detail): "the store failed: \(detail)"
        }
    }
}
