import Bytes

extension Span<UInt8> {
    /// The path without a prefix of whole segments; at least `/`.
    @_lifetime(copy self)
    func behindPrefix(_ prefix: Span<UInt8>) -> Span<UInt8> {
        guard self.count >= prefix.count, self.extracting(..<prefix.count).equals(prefix) else { return self }
        if self.count == prefix.count { return self.extracting(self.count..<self.count) }
        return self[prefix.count] == UInt8(ascii: "/") ? self.extracting(prefix.count...) : self
    }
}
