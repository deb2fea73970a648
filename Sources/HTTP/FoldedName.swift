public import Bytes

// Upstreams that hand headers on as variables (CGI, WSGI) cannot tell `X-User`, `X_User` and `x.user` apart. Where a
// name protects something, names are compared folded: lower case, and `-` for all that is no letter or digit.

extension UInt8 {
    /// This byte of a folded name.
    @inlinable public var folded: UInt8 { self.isLetterOrDigit ? self.lowerCased : UInt8(ascii: "-") }
}

extension Span<UInt8> {
    /// Whether two field names are the same to an upstream that folds them.
    @inlinable
    public func foldedEquals(_ other: Span<UInt8>) -> Bool {
        guard self.count == other.count else { return false }
        for index in 0..<self.count where self[index].folded != other[index].folded { return false }
        return true
    }
}
