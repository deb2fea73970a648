import Endpoints
import HTTP
import HTTPConnections
import Policy

extension RefusalCode {
    /// Whether the connection cannot be used again, because it is in doubt where the next request begins.
    var closesConnection: Bool {
        switch self {
        case .requestMalformed, .requestTimeout, .targetTooLong, .headersTooLarge, .bodyTooLarge, .expectationFailed,
            .versionNotSupported, .notImplemented:
            true
        case .pathNotAllowed, .multipleCredentials, .signInFailed, .signInDenied,
            .tokenMissing, .loginRequired, .tokenMalformed, .tokenTooLarge, .algorithmNotAllowed, .issuerUnknown,
            .keyUnknown,
            .signatureInvalid, .tokenExpired, .tokenNotYetValid, .audienceMismatch, .typeNotAllowed, .claimMissing,
            .tokenRevoked, .proofInvalid,
            .scopeInsufficient, .claimMismatch, .networkDenied, .issuerNotAllowed, .originNotAllowed,
            .routeNotFound, .methodNotAllowed,
            .upstreamFailed, .upstreamUnavailable, .keysUnavailable, .overloaded, .draining, .stateUnavailable,
            .upstreamTimeout:
            false
        }
    }

    /// Whether the request was allowed and failed behind the gateway.
    var isUpstreamFault: Bool {
        self == .upstreamFailed || self == .upstreamUnavailable || self == .upstreamTimeout
    }

    /// The status of gRPC for this one, by the reference.
    var grpcStatus: UInt64 {
        switch self.status {
        case 401: 16
        case 403: 7
        case 404, 405: 12
        case 413, 429: 8
        case 502, 503, 504: 14
        default: 13
        }
    }

    init(_ refusal: EndpointRefusal) {
        switch refusal {
        case .signInFailed: self = .signInFailed
        case .signInDenied: self = .signInDenied
        case .stateUnavailable: self = .stateUnavailable
        }
    }

    init(_ failure: ServerRequestFailure) {
        switch failure {
        case .malformed(let error): self.init(error)
        case .timeout: self = .requestTimeout
        case .overloaded: self = .overloaded
        }
    }

    init(_ error: HTTPParseError) {
        switch error.code {
        case .requestMalformed: self = .requestMalformed
        case .targetTooLong: self = .targetTooLong
        case .expectationFailed: self = .expectationFailed
        case .headersTooLarge: self = .headersTooLarge
        case .notImplemented: self = .notImplemented
        case .versionNotSupported: self = .versionNotSupported
        }
    }
}
