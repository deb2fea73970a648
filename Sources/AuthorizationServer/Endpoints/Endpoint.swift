internal import Bytes
public import HTTP

/// What the authorization server answers, below the path of its issuer.
public enum Endpoint: String, Sendable, CaseIterable {
    case openIDConfiguration = ".well-known/openid-configuration"
    case jwks
    case authorize
    case login
    case consent
    case token
    case par
    case deviceAuthorization = "device_authorization"
    case device
    case revoke
    case introspect
    case register
    case userinfo
    case endSession = "end_session"
    case account
    case openAPI = "openapi.json"
    /// RFC 8414, section 3: the one whose path is not below the issuer's, but before it.
    case authorizationServerMetadata = ".well-known/oauth-authorization-server"

    /// HEAD comes beside GET, but not at pages.
    public var methods: [Method] {
        switch self {
        case .openIDConfiguration, .authorizationServerMetadata, .jwks, .openAPI: [.get]
        case .authorize, .login, .consent, .device, .userinfo, .endSession, .account: [.get, .post]
        case .token, .par, .deviceAuthorization, .revoke, .introspect, .register: [.post]
        }
    }

    /// Nil for a path at which nothing is. `path` is what comes after the issuer's.
    init?(path: Span<UInt8>) {
        // The one that machines ask all the time is found without a text.
        if path.equals("token") {
            self = .token
            return
        }
        guard path.count <= Self.longestPath, let endpoint = Endpoint(rawValue: path.string),
            endpoint != .authorizationServerMetadata
        else { return nil }
        self = endpoint
    }

    private static let longestPath = Self.allCases.map(\.rawValue.utf8.count).max() ?? 0

    func allows(_ method: Method) -> Bool {
        self.methods.contains(method) || method == .head && self.takesHead
    }

    /// The field `Allow` (RFC 9110, section 10.2.1).
    var allow: String {
        let names = self.methods.map { "\($0.name)" }
        return (self.takesHead ? names + ["HEAD"] : names).joined(separator: ", ")
    }

    /// Not at pages: a visit to one can give a code away, or sign somebody out, and who asks for the head alone (a preview
    /// of a link, a check whether it is alive) is not the person who decides.
    private var takesHead: Bool { self.methods.contains(.get) && !self.isForPeople }

    /// Whether people see it: what goes wrong is then a page.
    var isForPeople: Bool {
        switch self {
        case .authorize, .login, .consent, .device, .endSession, .account: true
        case .openIDConfiguration, .authorizationServerMetadata, .jwks, .openAPI, .token, .par, .deviceAuthorization,
            .revoke, .introspect, .register, .userinfo:
            false
        }
    }

    /// Which pages of other origins may read its answers.
    var sharing: CrossOriginSharing {
        switch self {
        case .openIDConfiguration, .authorizationServerMetadata, .jwks, .openAPI: .everybody
        case .token, .revoke, .userinfo: .clients
        case .authorize, .login, .consent, .device, .endSession, .account, .par, .deviceAuthorization, .introspect,
            .register:
            .nobody
        }
    }
}

/// Who may read an answer across origins (Fetch standard, CORS protocol).
enum CrossOriginSharing {
    case everybody
    /// The origins of the clients' redirect URIs.
    case clients
    case nobody
}
