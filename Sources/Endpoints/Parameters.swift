internal import Bytes

/// The parameters of a query or a form (`application/x-www-form-urlencoded`, URL standard 5.1), each at most once.
///
/// RFC 6749, section 3.1: a parameter without a value counts as left out, and none may be sent more than once. `resource`
/// is the exception (RFC 8707, section 2).
public struct Parameters: Sendable {
    /// More than any request has.
    public static let maximumCount = 64

    private let pairs: [(name: String, value: String)]

    /// Throws for a repeated parameter, broken escapes, and what is no UTF-8.
    public init(parsing bytes: [UInt8]) throws(ParametersFault) {
        var pairs: [(name: String, value: String)] = []
        for part in bytes.split(separator: UInt8(ascii: "&")) {
            guard pairs.count < Self.maximumCount else { throw .tooMany }
            let end = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            guard let name = FormEncoding.decode(part[..<end]),
                let value = FormEncoding.decode(part[end...].dropFirst())
            else { throw .malformed }
            guard !value.isEmpty else { continue }
            if !name.hasSameBytes(as: Self.resource), pairs.contains(where: { $0.name.hasSameBytes(as: name) }) {
                throw .repeated
            }
            pairs.append((name, value))
        }
        self.pairs = pairs
    }

    public init(_ pairs: [(name: String, value: String)]) { self.pairs = pairs }

    public subscript(name: String) -> String? {
        self.pairs.first { $0.name.hasSameBytes(as: name) }?.value
    }

    /// Each `resource`, in order.
    public var resources: [String] {
        self.pairs.filter { $0.name.hasSameBytes(as: Self.resource) }.map(\.value)
    }

    /// All of them, in order.
    public var all: [(name: String, value: String)] { self.pairs }

    /// Those with one of `names`, in order.
    public func only(_ names: [String]) -> [(name: String, value: String)] {
        self.pairs.filter { pair in names.contains { $0.hasSameBytes(as: pair.name) } }
    }

    package static let resource = "resource"
}

/// Why parameters cannot be read.
public enum ParametersFault: Error, Sendable, CaseIterable {
    /// The body is no form.
    case noForm
    case malformed
    case repeated
    case tooMany
}
