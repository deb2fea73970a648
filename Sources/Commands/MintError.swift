package import JOSE

/// Why no token can be minted. The text is for the person at the terminal.
package enum MintError: Error, Equatable {
    case noIssuers
    case unknownIssuer(String, known: [String])
    /// The policy has several, and none was named.
    case issuerNotNamed(known: [String])
    /// Only the authorization server itself has that issuer's key.
    case embedded(String)
    case key(UnusableKey)
    /// The published half of a key pair was named.
    case keySet
}

extension MintError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noIssuers: "the policy has no issuers whose tokens could be minted"
        case .unknownIssuer(let name, let known):
            "the policy has no issuer `\(name)`; it has \(known.joined(separator: ", "))"
        case .issuerNotNamed(let known):
            "the policy has several issuers; name one with --issuer: \(known.joined(separator: ", "))"
        case .embedded(let name): "the tokens of `\(name)` are made by the authorization server in the gateway alone"
        case .key(let reason): "the key cannot sign: \(reason)"
        case .keySet: "this is a key set, which holds public keys; name the .key beside it"
        }
    }
}
