/// How much of a head, or of a trailer section, is taken in.
public struct HeadLimits: Equatable, Sendable {
    /// All field lines together, with their line ends and the empty line; the request line is not among them.
    public let headerBytes: Int
    public let headerCount: Int
    public let targetBytes: Int

    /// Places in a head are numbers of 32 bits, and no limit needs to come near them.
    public static let maximumBytes = 1 << 30

    /// The reference's defaults.
    public init(headerBytes: Int = 32 * 1024, headerCount: Int = 100, targetBytes: Int = 8 * 1024) {
        self.headerBytes = Swift.min(headerBytes, Self.maximumBytes)
        self.headerCount = headerCount
        self.targetBytes = Swift.min(targetBytes, Self.maximumBytes)
    }

    /// The most bytes that a head can have and still be within the limits.
    public var headBytes: Int {
        Self.maximumStartLineExtras + self.targetBytes + self.headerBytes
    }

    /// Empty lines before the request line, the method, two spaces, the version and the line end.
    private static let maximumStartLineExtras = 4 + RequestHead.maximumMethodBytes + 2 + 8 + 2
}
