extension StaticString {
    /// The text as bytes, which live for ever.
    @inlinable public var utf8Span: Span<UInt8> {
        @_lifetime(immortal)
        get { _overrideLifetime(Span(_unsafeStart: self.utf8Start, count: self.utf8CodeUnitCount), copying: ()) }
    }
}
