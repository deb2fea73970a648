internal import Bytes
internal import Stores

extension EndpointContext {
    /// What somebody allows a client now, together with what they allowed it before: a request for less takes nothing away.
    func consent(of user: User, to client: String, adding scopes: [String]) throws(EndpointFailure) -> Consent {
        let before = try self.stored { store throws(StoreError) in
            try store.consent(ofUser: user.name, toClient: client)?.scopes ?? []
        }
        let added = scopes.filter { scope in !before.contains { $0.hasSameBytes(as: scope) } }
        return Consent(user: user.name, client: client, scopes: before + added, given: self.now)
    }
}
