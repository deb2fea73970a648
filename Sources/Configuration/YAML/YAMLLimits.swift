/// What a policy file may ask of the reader, however it is written.
enum YAMLLimits {
    /// Far more than ten thousand routes need.
    static let maximumBytes = 64 * 1024 * 1024
    /// The deepest place of a policy, a JSON Web Key inside an issuer, is at 8.
    static let maximumDepth = 64
    /// From the reference.
    static let maximumAliases = 1000
    /// Values after aliases were followed: a hundred aliases are enough for a billion otherwise.
    static let maximumValues = 4_000_000
}
