import Bytes

/// The field names that the gateway acts on, so that nobody compares text twice.
public enum FieldID: UInt8, Equatable, Sendable, CaseIterable {
    case other

    // The message and the connection (RFC 9110 7.6.1, RFC 9112).
    case host, connection, contentLength, transferEncoding, te, trailer, upgrade, keepAlive, proxyConnection, expect

    // Who asks.
    case authorization, proxyAuthorization, proxyAuthenticate, wwwAuthenticate, cookie, setCookie, origin
    case secFetchSite, dpop

    // Where it came from.
    case forwarded, xForwardedFor, xForwardedProto, xForwardedHost, xForwardedPort, xForwardedPrefix, xRealIP
    case xRequestID, traceparent, tracestate, via

    // What a proxy was asked, when it asks whether to let that pass.
    case xForwardedMethod, xForwardedURI, xOriginalMethod, xOriginalURI, xOriginalURL

    // What it carries and wants.
    case accept, contentType, accessControlRequestMethod, accessControlRequestHeaders
    case secWebSocketKey, secWebSocketProtocol

    // Answers.
    case server, date, location, vary, strictTransportSecurity

    /// The name in lower case; empty for `other`.
    public var name: StaticString {
        switch self {
        case .other: ""
        case .host: "host"
        case .connection: "connection"
        case .contentLength: "content-length"
        case .transferEncoding: "transfer-encoding"
        case .te: "te"
        case .trailer: "trailer"
        case .upgrade: "upgrade"
        case .keepAlive: "keep-alive"
        case .proxyConnection: "proxy-connection"
        case .expect: "expect"
        case .authorization: "authorization"
        case .proxyAuthorization: "proxy-authorization"
        case .proxyAuthenticate: "proxy-authenticate"
        case .wwwAuthenticate: "www-authenticate"
        case .cookie: "cookie"
        case .setCookie: "set-cookie"
        case .origin: "origin"
        case .secFetchSite: "sec-fetch-site"
        case .dpop: "dpop"
        case .forwarded: "forwarded"
        case .xForwardedFor: "x-forwarded-for"
        case .xForwardedProto: "x-forwarded-proto"
        case .xForwardedHost: "x-forwarded-host"
        case .xForwardedPort: "x-forwarded-port"
        case .xForwardedPrefix: "x-forwarded-prefix"
        case .xRealIP: "x-real-ip"
        case .xRequestID: "x-request-id"
        case .traceparent: "traceparent"
        case .tracestate: "tracestate"
        case .via: "via"
        case .xForwardedMethod: "x-forwarded-method"
        case .xForwardedURI: "x-forwarded-uri"
        case .xOriginalMethod: "x-original-method"
        case .xOriginalURI: "x-original-uri"
        case .xOriginalURL: "x-original-url"
        case .accept: "accept"
        case .contentType: "content-type"
        case .accessControlRequestMethod: "access-control-request-method"
        case .accessControlRequestHeaders: "access-control-request-headers"
        case .secWebSocketKey: "sec-websocket-key"
        case .secWebSocketProtocol: "sec-websocket-protocol"
        case .server: "server"
        case .date: "date"
        case .location: "location"
        case .vary: "vary"
        case .strictTransportSecurity: "strict-transport-security"
        }
    }

    /// Finds the name, in any case, by its length and first letter.
    public init(_ name: Span<UInt8>) {
        let candidate = Self.candidate(name)
        self = candidate != .other && name.equalsIgnoringCase(candidate.name) ? candidate : .other
    }

    /// The only name that these bytes can be.
    private static func candidate(_ name: Span<UInt8>) -> FieldID {
        guard name.count > 1 else { return .other }
        let first = name[0] | 0x20
        switch (name.count, first) {
        case (2, UInt8(ascii: "t")): return .te
        case (3, UInt8(ascii: "v")): return .via
        case (4, UInt8(ascii: "h")): return .host
        case (4, UInt8(ascii: "d")): return name[1] | 0x20 == UInt8(ascii: "p") ? .dpop : .date
        case (4, UInt8(ascii: "v")): return .vary
        case (6, UInt8(ascii: "a")): return .accept
        case (6, UInt8(ascii: "c")): return .cookie
        case (6, UInt8(ascii: "e")): return .expect
        case (6, UInt8(ascii: "o")): return .origin
        case (6, UInt8(ascii: "s")): return .server
        case (7, UInt8(ascii: "t")): return .trailer
        case (7, UInt8(ascii: "u")): return .upgrade
        case (8, UInt8(ascii: "l")): return .location
        case (9, UInt8(ascii: "f")): return .forwarded
        case (9, UInt8(ascii: "x")): return .xRealIP
        case (10, UInt8(ascii: "c")): return .connection
        case (10, UInt8(ascii: "k")): return .keepAlive
        case (10, UInt8(ascii: "s")): return .setCookie
        case (10, UInt8(ascii: "t")): return .tracestate
        case (11, UInt8(ascii: "t")): return .traceparent
        case (12, UInt8(ascii: "c")): return .contentType
        case (12, UInt8(ascii: "x")): return .xRequestID
        case (13, UInt8(ascii: "a")): return .authorization
        case (14, UInt8(ascii: "c")): return .contentLength
        case (14, UInt8(ascii: "s")): return .secFetchSite
        case (14, UInt8(ascii: "x")): return name[13] | 0x20 == UInt8(ascii: "i") ? .xOriginalURI : .xOriginalURL
        case (15, UInt8(ascii: "x")): return name[12] | 0x20 == UInt8(ascii: "f") ? .xForwardedFor : .xForwardedURI
        case (16, UInt8(ascii: "x")): return name[12] | 0x20 == UInt8(ascii: "h") ? .xForwardedHost : .xForwardedPort
        case (16, UInt8(ascii: "p")): return .proxyConnection
        case (16, UInt8(ascii: "w")): return .wwwAuthenticate
        case (17, UInt8(ascii: "t")): return .transferEncoding
        case (17, UInt8(ascii: "x")): return name[2] | 0x20 == UInt8(ascii: "f") ? .xForwardedProto : .xOriginalMethod
        case (17, UInt8(ascii: "s")): return .secWebSocketKey
        case (18, UInt8(ascii: "x")):
            return name[12] | 0x20 == UInt8(ascii: "p") ? .xForwardedPrefix : .xForwardedMethod
        case (18, UInt8(ascii: "p")): return .proxyAuthenticate
        case (19, UInt8(ascii: "p")): return .proxyAuthorization
        case (22, UInt8(ascii: "s")): return .secWebSocketProtocol
        case (25, UInt8(ascii: "s")): return .strictTransportSecurity
        case (29, UInt8(ascii: "a")): return .accessControlRequestMethod
        case (30, UInt8(ascii: "a")): return .accessControlRequestHeaders
        default: return .other
        }
    }
}
