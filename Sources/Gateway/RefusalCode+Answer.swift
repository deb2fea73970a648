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
        default: false
        }
    }

    /// Whether the request was allowed and failed behind the gateway.
    var isUpstreamFault: Bool {
        self == .upstreamFailed || self == .upstreamUnavailable || self == .upstreamTimeout
    }

    /// The status of gRPC for this one, by the contract.
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

    init(_ failure: ServerRequestFailure) {
        switch failure {
        case .malformed(let error): self.init(error)
        case .timeout: self = .requestTimeout
        case .overloaded: self = .overloaded
        }
    }

    init(_ error: HTTPParseError) {
        switch error.status {
        case 414: self = .targetTooLong
        case 417: self = .expectationFailed
        case 431: self = .headersTooLarge
        case 501: self = .notImplemented
        case 505: self = .versionNotSupported
        default: self = .requestMalformed
        }
    }
}
