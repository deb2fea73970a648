/// Texts that can be compared byte by byte.
public protocol ExactText {
    /// Whether both are the same bytes in UTF-8.
    func hasSameBytes(as other: Self) -> Bool
}

/// A text in a setting. Settings are equal only if such texts are, byte by byte.
///
/// It lets the compiler write `==`, which then forgets no property.
@propertyWrapper
public struct Exact<Text: ExactText>: Equatable {
    public var wrappedValue: Text

    public init(wrappedValue: Text) { self.wrappedValue = wrappedValue }

    public static func == (one: Exact, other: Exact) -> Bool {
        one.wrappedValue.hasSameBytes(as: other.wrappedValue)
    }
}

extension Exact: Sendable where Text: Sendable {}

extension String: ExactText {
    /// Whether both are the same bytes in UTF-8.
    ///
    /// `==` also holds for texts that Unicode calls canonically equivalent (the Kelvin sign is a `K`). That is right for
    /// people and wrong for names that grant something: issuers, claims, key identifiers, scopes.
    @inlinable
    public func hasSameBytes(as other: String) -> Bool {
        self.utf8.count == other.utf8.count && self.utf8Span.span.equals(other.utf8Span.span)
    }
}

extension Array: ExactText where Element: ExactText {
    /// Whether both have the same texts in the same order.
    public func hasSameBytes(as other: [Element]) -> Bool {
        self.elementsEqual(other) { $0.hasSameBytes(as: $1) }
    }
}

extension Optional: ExactText where Wrapped: ExactText {
    /// Whether both are nil or the same text.
    public func hasSameBytes(as other: Wrapped?) -> Bool {
        guard let self, let other else { return self == nil && other == nil }
        return self.hasSameBytes(as: other)
    }
}
