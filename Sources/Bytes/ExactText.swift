extension String {
    /// Whether both are the same bytes in UTF-8.
    ///
    /// `==` also holds for texts that Unicode calls canonically equivalent (the Kelvin sign is a `K`). That is right for
    /// people and wrong for names that grant something: issuers, claims, key identifiers, scopes.
    @inlinable
    public func hasSameBytes(as other: String) -> Bool {
        self.utf8.count == other.utf8.count && self.utf8Span.span.equals(other.utf8Span.span)
    }
}
