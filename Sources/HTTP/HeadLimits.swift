/// How much of a head, or of a trailer section, is taken in.
public struct HeadLimits: Equatable, Sendable {
    /// All field lines together, with their line ends and the empty line; the request line is not among them.
    public var headerBytes: Int
    public var headerCount: Int
    public var targetBytes: Int

    /// The contract's defaults.
    @inlinable
    public init(headerBytes: Int = 32 * 1024, headerCount: Int = 100, targetBytes: Int = 8 * 1024) {
        self.headerBytes = headerBytes
        self.headerCount = headerCount
        self.targetBytes = targetBytes
    }

    /// The most bytes that a head can have and still be within the limits.
    @inlinable public var headBytes: Int {
        Self.maximumStartLineExtras + self.targetBytes + self.headerBytes
    }

    /// Empty lines before the request line, the method, two spaces, the version and the line end.
    @usableFromInline static let maximumStartLineExtras = 4 + RequestHead.maximumMethodBytes + 2 + 8 + 2
}
