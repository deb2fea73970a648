internal import Bytes
internal import Endpoints
internal import Stores

/// What a token request asks for of a grant: never more than was granted (RFC 6749, section 6; RFC 8707, section 2.2).
struct GrantedAccess: Sendable, Equatable {
    let scopes: [String]
    /// The one `aud` of the access token (RFC 9700, section 2.3).
    let audience: String

    /// The grant's scopes but for those that the client has lost since, and the resource that is asked for, or else the one
    /// that was granted, or else the first audience.
    ///
    /// - Parameter mayNarrow: Whether `scope` is looked at. Throws `invalid_scope` if it has a word that was not granted.
    ///
    /// Throws `invalid_target` for a resource that was not granted, for more than one, when none of several granted ones is
    /// named, and for one that is no audience any longer.
    init(
        _ parameters: Parameters,
        of grant: Grant,
        to client: Client,
        mayNarrow: Bool,
        policy: ServerPolicy
    ) throws(ProtocolError) {
        let scopes = try mayNarrow ? Self.narrowed(grant.scopes, to: parameters["scope"]) : grant.scopes
        self.scopes = scopes.filter { scope in client.scopes.contains { $0.hasSameBytes(as: scope) } }
        self.audience = try Self.resources(parameters, of: grant, policy).audience(policy)
    }

    // MARK: - Private details

    private static func narrowed(_ granted: [String], to text: String?) throws(ProtocolError) -> [String] {
        guard let text else { return granted }
        let asked = text.split(separator: " ").map(String.init)
        guard asked.allSatisfy({ word in granted.contains { $0.hasSameBytes(as: word) } }) else {
            throw ProtocolError(.invalidScope, "A scope that is asked for was not granted.")
        }
        return granted.filter { scope in asked.contains { $0.hasSameBytes(as: scope) } }
    }

    private static func resources(
        _ parameters: Parameters,
        of grant: Grant,
        _ policy: ServerPolicy
    ) throws(ProtocolError) -> RequestedAccess {
        let asked = parameters.resources
        guard asked.allSatisfy({ resource in grant.resources.contains { $0.hasSameBytes(as: resource) } }) else {
            throw ProtocolError(.invalidTarget, "A resource that is asked for was not granted.")
        }
        let resources = asked.isEmpty ? grant.resources : asked
        return RequestedAccess(scopes: [], resources: try RequestedAccess.known(resources, policy))
    }
}
