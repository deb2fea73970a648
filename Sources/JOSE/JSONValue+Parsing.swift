extension JSONValue {
    /// How deep objects and arrays may be inside each other. Tokens have three or four levels.
    public static let maximumDepth = 32
    /// Above this nothing is read, unless the caller allows more: the largest answer that is fetched from an issuer.
    public static let defaultMaximumByteCount = 256 * 1024

    /// Reads one value, the whole of `text`.
    public init(parsing text: Span<UInt8>, maximumByteCount: Int = defaultMaximumByteCount) throws(JSONError) {
        guard text.count <= maximumByteCount else { throw .tooLarge }
        var reader = JSONReader(text)
        self = try reader.read()
    }

    /// Reads one value, the whole of `text`.
    public init(parsing text: String, maximumByteCount: Int = defaultMaximumByteCount) throws(JSONError) {
        try self.init(parsing: text.utf8Span.span, maximumByteCount: maximumByteCount)
    }
}
