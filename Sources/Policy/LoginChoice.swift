/// `login` of a route: whose browser sessions it takes.
public enum LoginChoice: Sendable, Equatable {
    /// No session is looked at.
    case none
    /// `true`: those of any provider.
    case any
    /// Those that these providers made, by their names. Never empty.
    case oneOf([String])

    /// More than a person wants to choose from. `AcceptedProviders` has a bit for each.
    public static let maximumProviders = UInt64.bitWidth
}

/// `login` of a route, compiled.
///
/// A provider is known by its place behind the issuers, which a session carries as a token carries that of its issuer.
public enum AcceptedProviders: Sendable, Hashable {
    case none
    case any
    /// A bit for each provider, from the one at the place `first` on.
    case some(first: Int, bits: UInt64)

    /// - Parameter issuers: Names of issuers and, behind them, of at most `LoginChoice.maximumProviders` providers, with
    ///   those of `choice` among them.
    init(_ choice: LoginChoice, issuers: [String]) {
        switch choice {
        case .none: self = .none
        case .any: self = .any
        case .oneOf(let names):
            let places = names.map { name in
                // Providers stand last, so that an issuer of the same name is not taken for one.
                guard let place = issuers.lastIndex(of: name) else {
                    preconditionFailure("unchecked provider: \(name)")
                }
                return place
            }
            guard let first = places.min() else { preconditionFailure("a choice among no providers") }
            precondition(places.allSatisfy { $0 - first < LoginChoice.maximumProviders }, "more providers than bits")
            self = .some(first: first, bits: places.reduce(0) { $0 | 1 << UInt64($1 - first) })
        }
    }

    /// Whether a session of the provider at `place` is taken.
    public func contains(_ place: Int) -> Bool {
        switch self {
        case .none: return false
        case .any: return true
        case .some(let first, let bits):
            let offset = place - first
            return offset >= 0 && offset < LoginChoice.maximumProviders && bits >> UInt64(offset) & 1 != 0
        }
    }
}
