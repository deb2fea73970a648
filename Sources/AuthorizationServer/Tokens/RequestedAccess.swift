internal import Bytes
internal import Endpoints
internal import HTTP

/// What a request asks for, judged against what the client may have.
struct RequestedAccess: Sendable, Equatable {
    /// In the order of the request, each once.
    let scopes: [String]
    /// RFC 8707: the resources that were named; each is an audience of the policy.
    let resources: [String]

    init(scopes: [String], resources: [String]) {
        self.scopes = scopes
        self.resources = resources
    }

    /// Without `scope` all that the client may have but for those that only users give (RFC 6749, section 3.3).
    ///
    /// Throws `invalid_scope` for a scope that the client may not have, and `invalid_target` for a resource that is none.
    init(_ parameters: Parameters, of client: Client, policy: ServerPolicy) throws(ProtocolError) {
        self.scopes = try Self.scopes(parameters["scope"], of: client)
        self.resources = try Self.resources(parameters, policy)
    }

    /// The `aud` of a token: the resource that was named, or else the first audience.
    ///
    /// Throws `invalid_target` for more than one: a token has one audience (RFC 9700, section 2.3).
    func audience(_ policy: ServerPolicy) throws(ProtocolError) -> String {
        guard self.resources.count <= 1 else {
            throw ProtocolError(.invalidTarget, "A token is for one resource; ask for one at a time.")
        }
        return self.resources.first ?? policy.settings.audiences[0]
    }

    /// The scopes of a `scope` parameter, each once. Throws `invalid_scope` for one that is not among the client's.
    static func scopes(_ text: String?, of client: Client) throws(ProtocolError) -> [String] {
        guard let text else { return client.scopes }
        var scopes: [String] = []
        for word in text.split(separator: " ").map(String.init) {
            guard client.scopes.contains(where: { $0.hasSameBytes(as: word) }) else {
                throw ProtocolError(.invalidScope, "The client may not have a scope that it asks for.")
            }
            if !scopes.contains(where: { $0.hasSameBytes(as: word) }) { scopes.append(word) }
        }
        return scopes
    }

    /// RFC 8707, section 2: absolute, without a fragment, and known.
    static func resources(_ parameters: Parameters, _ policy: ServerPolicy) throws(ProtocolError) -> [String] {
        try self.known(parameters.resources, policy)
    }

    /// `resources`, each of which is an audience that can be named. Throws `invalid_target` for another one.
    static func known(_ resources: [String], _ policy: ServerPolicy) throws(ProtocolError) -> [String] {
        for resource in resources {
            let isAudience = policy.settings.audiences.contains { $0.hasSameBytes(as: resource) }
            guard isAudience, let uri = URI(resource), uri.fragment == nil else {
                throw ProtocolError(.invalidTarget, "A resource that is asked for is not known here.")
            }
        }
        return resources
    }
}
