internal import Bytes
public import Endpoints
internal import HTTP
internal import Stores
public import Telemetry

/// Which endpoint a path names.
public enum EndpointLookup: Equatable, Sendable {
    /// The path is not the server's.
    case none
    case endpoint(Endpoint)
    /// Below the issuer's path, where nothing else is.
    case unknown
}

/// One worker's part of the server: finds endpoints, and answers at once what needs neither the store nor a password.
/// Must be used on the worker's loop.
public final class WorkerEndpoints {
    private let snapshot: AuthorizationSnapshot
    private let audit: AuditLog
    private let tokens: TokenWriter
    /// Tokens by client credentials, where everything is as usual.
    public let quickTokens: QuickTokens
    private let prefix: [UInt8]
    /// In lower case; nil when any host will do.
    private let host: [UInt8]?
    private let elsewhere: [(path: [UInt8], endpoint: Endpoint)]

    /// `log` is the worker's own.
    public init(_ snapshot: AuthorizationSnapshot, log: WorkerLog) {
        self.snapshot = snapshot
        self.audit = AuditLog(worker: log)
        let issuer = snapshot.policy.issuer
        self.tokens = TokenWriter(issuer: issuer.text)
        self.quickTokens = QuickTokens(snapshot, tokens: self.tokens, audit: self.audit)
        self.prefix = Array(issuer.path.utf8)
        self.host = issuer.isLoopback ? nil : Array(issuer.host.utf8)
        // RFC 8414, section 3; the second is where clients look that put every well-known name first (section 5).
        self.elsewhere = [
            (Array("/.well-known/oauth-authorization-server\(issuer.path)".utf8), .authorizationServerMetadata),
            (Array("/.well-known/openid-configuration\(issuer.path)".utf8), .openIDConfiguration),
        ]
    }

    /// Whether requests for other hosts are not the server's.
    public var matchesHost: Bool { self.host != nil }

    /// The endpoint at a normalised path. `host` is without port, in lower case.
    public func find(path: Span<UInt8>, host: Span<UInt8>) -> EndpointLookup {
        let found = self.find(path)
        guard found != .none, let own = self.host else { return found }
        return host.equals(own.span) ? found : .none
    }

    /// The answer, if it can be given at once; nil: the service knows.
    public func answer(_ call: EndpointCall) -> EndpointAnswer? {
        let request = call.request
        if request.repeatsField { return call.fieldRepeated(self.snapshot.policy) }
        if request.isPreflight { return PreflightEndpoint.answer(call, self.snapshot.policy) }
        guard call.endpoint.allows(request.method) else { return call.methodNotAllowed(self.snapshot.policy) }
        switch call.endpoint {
        case .jwks: return self.document(self.snapshot.keys.document)
        case .openIDConfiguration, .authorizationServerMetadata:
            return self.document(self.snapshot.documents.metadata)
        case .openAPI: return self.document(self.snapshot.documents.openAPI)
        case .token where request.method == .post: return self.token(call)
        default: return nil
        }
    }

    // MARK: - Private details

    private func find(_ path: Span<UInt8>) -> EndpointLookup {
        if let start = self.start(below: path) {
            guard let endpoint = Endpoint(path: path.extracting(start...)) else { return .unknown }
            return .endpoint(endpoint)
        }
        for place in self.elsewhere {
            let isIt = path.equals(place.path.span)
            if isIt { return .endpoint(place.endpoint) }
        }
        return .none
    }

    /// Where what comes after the prefix and its `/` begins; nil for other paths.
    private func start(below path: Span<UInt8>) -> Int? {
        let count = self.prefix.count
        guard path.count >= count else { return nil }
        let prefix = self.prefix
        guard path.extracting(..<count).equals(prefix.span) else { return nil }
        if path.count == count { return count }
        return path[count] == UInt8(ascii: "/") ? count + 1 : nil
    }

    private func document(_ json: [UInt8]) -> EndpointAnswer {
        EndpointAnswer(document: json, maximumAge: SigningKeys.maximumAge).adding("Access-Control-Allow-Origin", "*")
    }

    /// Client credentials of a client of the policy; everything else is the service's.
    private func token(_ call: EndpointCall) -> EndpointAnswer? {
        let request = call.request
        guard request.proofs.isEmpty, let parameters = try? request.form(),
            parameters["grant_type"] == GrantType.clientCredentials.rawValue,
            let credentials = try? ClientCredentials(request, parameters), let name = credentials.secretHolder,
            let client = self.snapshot.policy.client(named: name)
        else { return nil }
        do throws(ProtocolError) {
            let authenticated = try SecretAuthentication(
                lockout: self.snapshot.lockout,
                audit: self.audit,
                request: request
            ).authenticate(credentials, as: client)
            return self.clientCredentials(authenticated, parameters, call).shared(with: authenticated, request)
        } catch {
            return error.answer
        }
    }

    private func clientCredentials(
        _ client: Client,
        _ parameters: Parameters,
        _ call: EndpointCall
    ) -> EndpointAnswer {
        do throws(ProtocolError) {
            return try self.grant(call).issue(to: client, parameters).answer
        } catch {
            return error.answer
        }
    }

    private func grant(_ call: EndpointCall) -> ClientCredentialsGrant {
        ClientCredentialsGrant(
            policy: self.snapshot.policy,
            keys: self.snapshot.keys,
            tokens: self.tokens,
            audit: self.audit,
            request: call.request,
            now: call.now
        )
    }
}
