internal import Cryptography
internal import JOSE

/// Who made a session: not the provider's name in the policy, which may come to stand for another one, but its issuer and
/// the client that the gateway is there. The tokens of a session are for those alone.
public struct SessionMaker: Sendable, Equatable {
    /// Of a digest: nobody makes another issuer with the same half of a SHA-256.
    static let byteCount = 16

    let bytes: [UInt8]

    fileprivate init(_ text: String) {
        self.bytes = Array(Digest.sha256.hash(text.utf8Span.span).prefix(Self.byteCount))
    }

    /// As a record has it. Nil for another length.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }
}

extension ProviderSettings {
    /// Of the sessions that it makes.
    var maker: SessionMaker {
        // No address has a space, so that no two of these mean the same text.
        switch self.kind {
        case .issuer(let issuer, _): return SessionMaker("issuer \(issuer) \(self.clientID)")
        case .github:
            let places = self.endpoints ?? .github
            return SessionMaker("github \(places.web) \(places.api) \(self.clientID)")
        case .embedded: return SessionMaker("embedded")
        }
    }

    /// Whether it made `session`. One of its name that another issuer has made, or this one for another client, is over.
    func made(_ session: Session) -> Bool {
        guard session.provider.hasSameBytes(as: self.name) else { return false }
        return session.maker.map { $0 == self.maker } ?? self.isMeant(by: session.identity.claims)
    }

    /// For sessions of earlier versions of the gateway, which do not say who made them: their ID tokens do.
    private func isMeant(by claims: JSONValue) -> Bool {
        switch self.kind {
        case .issuer(let issuer, _):
            let client = JSONValue.string(self.clientID)
            let isClient = claims["aud"] == client || claims["aud"]?.array?.contains(client) ?? false
            return claims["iss"] == .string(issuer) && isClient
        // It has no ID tokens.
        case .github: return claims["iss"] == nil
        case .embedded: return true
        }
    }
}
