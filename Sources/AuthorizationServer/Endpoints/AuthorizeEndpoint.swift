internal import Bytes
internal import Cryptography
internal import Endpoints
internal import JOSE
internal import Stores

/// `authorize` (RFC 6749, section 3.1; OpenID Connect Core, section 3.1.2): a client sends somebody here to be allowed
/// something.
enum AuthorizeEndpoint {
    static func handle(_ context: EndpointContext) throws(EndpointFailure) -> Step {
        let visit = Visit(context)
        guard !visit.isPost else { return .answer(try self.repeatAsGet(visit)) }
        guard context.request.query.count <= AuthorizationRequest.maximumByteCount else { throw .page(.invalidRequest) }
        let flow = Flow(try self.purpose(visit.query(), context), begun: context.now)
        return .answer(try AuthorizationTurn(visit, flow).proceed())
    }

    // MARK: - Private details

    /// A form that another site posts comes without our cookies (`SameSite=Lax`): whoever is signed in would not be known.
    private static func repeatAsGet(_ visit: Visit) throws(EndpointFailure) -> EndpointAnswer {
        guard visit.context.request.body.count <= AuthorizationRequest.maximumByteCount else {
            throw .page(.invalidRequest)
        }
        let query = FormEncoding.encode(try visit.form().only(AuthorizationRequest.parameters))
        return EndpointAnswer(seeOther: visit.path(of: .authorize, query: query))
    }

    /// The request itself, or the one that was pushed before and that `request_uri` names (RFC 9126, section 4).
    private static func purpose(
        _ parameters: Parameters,
        _ context: EndpointContext
    ) throws(EndpointFailure) -> Flow.Purpose {
        guard let uri = parameters["request_uri"], uri.hasPrefix(PushedRequest.prefix) else {
            return .authorization(try self.bounded(parameters.only(AuthorizationRequest.parameters)), nil)
        }
        guard let client = parameters["client_id"] else { throw .page(.invalidRequest) }
        let digest = SecretDigest(of: String(uri.dropFirst(PushedRequest.prefix.count)))
        let pushed = try context.stored { store throws(StoreError) in
            try store.pushedRequest(digest, client: client, at: context.now)
        }
        guard let pushed else { throw .page(.invalidRequest) }
        // RFC 9101, section 5: what stands beside it does not count.
        return .authorization(try self.bounded(pushed.pairs(of: client)), PushedReference(pushed))
    }

    /// What was short enough when it came may be longer now, with an escape for each slash.
    private static func bounded(_ pairs: [(name: String, value: String)]) throws(EndpointFailure) -> Parameters {
        guard FormEncoding.encode(pairs).utf8.count <= AuthorizationRequest.maximumByteCount else {
            throw .page(.invalidRequest)
        }
        return Parameters(pairs)
    }
}

extension PushedRequest {
    /// RFC 9126, section 2.2: the part of `request_uri` before the secret.
    static let prefix = "urn:ietf:params:oauth:request_uri:"

    fileprivate func pairs(of client: String) -> [(name: String, value: String)] {
        var pairs = [(name: "client_id", value: client)]
        for member in self.parameters.members ?? [] where member.name != "client_id" {
            let values = member.value.array ?? [member.value]
            pairs += values.compactMap(\.string).map { (member.name, $0) }
        }
        return Parameters(pairs).only(AuthorizationRequest.parameters)
    }
}
