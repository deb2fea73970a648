/// What became of a path.
public enum PathVerdict: Equatable, Sendable {
    /// It is in normal form as it was sent; nothing was written.
    case unchanged(PathTraits)

    /// The normal form was written.
    case changed(PathTraits)

    case refused(PathRefusal)
}

/// What a normal form still contains.
public struct PathTraits: OptionSet, Sendable {
    public let rawValue: UInt8

    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `%`: escapes of bytes that are not unreserved.
    public static let escapes = PathTraits(rawValue: 1)

    /// `;`
    public static let parameters = PathTraits(rawValue: 2)

    /// `%2F`, which was allowed.
    public static let encodedSlash = PathTraits(rawValue: 4)

    /// `PathReadings` may find more than the normal form.
    @inlinable public var hasOtherReadings: Bool { !self.isDisjoint(with: [.escapes, .parameters]) }
}

/// Why a path is refused: 400 `path_not_allowed`.
public enum PathRefusal: UInt8, Error, Equatable, Sendable, CaseIterable {
    case encodedSlash, encodedBackslash, encodedControl, brokenEscape
    case rawBackslash, rawHash, control, nonASCII, notAbsolute

    /// For logs and the label `reason`.
    public var name: StaticString {
        switch self {
        case .encodedSlash: "encoded_slash"
        case .encodedBackslash: "encoded_backslash"
        case .encodedControl: "encoded_control"
        case .brokenEscape: "broken_escape"
        case .rawBackslash: "backslash"
        case .rawHash: "hash"
        case .control: "control"
        case .nonASCII: "non_ascii"
        case .notAbsolute: "not_absolute"
        }
    }
}
