internal import Bytes
internal import JOSE

extension AllowSettings {
    /// Whether `identity` is let in: each kind of entries that is given must be satisfied by any of them. Without entries
    /// everybody is.
    public func admits(_ identity: Identity) -> Bool { self.refusal(of: identity) == nil }

    /// The rule that keeps `identity` out; nil if it is let in.
    func refusal(of identity: Identity) -> DeniedPage.Rule? {
        let address = Self.verifiedAddress(in: identity.claims)
        guard self.admits(address: address) else {
            guard address != nil else { return .unverifiedEmail }
            var emailsAlone = self
            emailsAlone.domains = []
            return emailsAlone.admits(address: address) ? .domain : .email
        }
        return self.admits(groups: identity.claims["groups"]) ? nil : .group
    }

    // MARK: - Private details

    private func admits(address: String?) -> Bool {
        if self.emails.isEmpty && self.domains.isEmpty { return true }
        guard let address, let at = address.utf8.lastIndex(of: UInt8(ascii: "@")) else { return false }
        let domain = String(address[at...].dropFirst())
        return (self.emails.isEmpty || self.emails.contains { Self.isSame($0, address) })
            && (self.domains.isEmpty || self.domains.contains { Self.isSame($0, domain) })
    }

    private func admits(groups: JSONValue?) -> Bool {
        guard !self.groups.isEmpty else { return true }
        guard case .array(let groups)? = groups else { return false }
        return groups.contains { group in
            self.groups.contains { group == .string($0) }
        }
    }

    /// Anybody can call himself what he likes: only an address that the provider has verified counts.
    private static func verifiedAddress(in claims: JSONValue) -> String? {
        claims["email_verified"] == true ? claims["email"]?.string : nil
    }

    /// In ASCII alone: letters that merely look the same are others.
    private static func isSame(_ one: String, _ other: String) -> Bool {
        one.utf8Span.span.equalsIgnoringCase(other.utf8Span.span)
    }
}
