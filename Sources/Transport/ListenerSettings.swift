public import Bytes

/// One entry of `listeners`.
public struct ListenerSettings: Sendable, Equatable {
    public var name: String
    public var address: ListenAddress
    public var tls: ServerTLSSettings?
    /// Networks whose forwarding headers are believed.
    public var trustedProxies: [Network] = []
    /// The word `unix` in `trusted_proxies`: peers on a Unix socket are believed.
    public var trustsUnixPeers = false
    /// Nil: nobody may ask here whether to let a request pass.
    public var forwardAuth: ForwardAuthSettings?

    public init(name: String, address: ListenAddress) {
        self.name = name
        self.address = address
    }
}

/// `listeners.NAME.forward_auth`.
public struct ForwardAuthSettings: Sendable, Equatable {
    /// Whether a request of nginx without `X-Original-Method` is about a GET.
    public var assumesGET = false

    public init() {}
}

public enum ListenAddress: Sendable, Hashable {
    case ip(IPAddress, port: UInt16)
    case unix(path: String)
}

extension ListenAddress {
    /// The same address with another port; a path stays as it is.
    public func with(port: UInt16) -> ListenAddress {
        if case .ip(let address, _) = self { return .ip(address, port: port) }
        return self
    }
}

extension ListenAddress: CustomStringConvertible {
    public var description: String {
        switch self {
        case .ip(let address, let port): address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}

/// `listeners.NAME.tls`.
public struct ServerTLSSettings: Sendable, Equatable {
    /// The first is the default; the others are chosen by SNI.
    public var certificates: [CertificateSettings]
    public var minimum = TLSVersion.tls12
    /// `max-age` of Strict-Transport-Security, in seconds; nil: not sent.
    public var strictTransportSecurity: Int64?

    public init(certificates: [CertificateSettings]) { self.certificates = certificates }
}

/// A chain and its key: PEM text, read with the policy and again when a file changes.
public struct CertificateSettings: Sendable, Equatable {
    public var chain: String
    public var key: String
    /// The file that the chain came from, for messages.
    public var chainFile: String

    public init(chain: String, key: String, chainFile: String) {
        self.chain = chain
        self.key = key
        self.chainFile = chainFile
    }
}

public enum TLSVersion: String, Sendable {
    case tls12 = "1.2"
    case tls13 = "1.3"
}

/// How a server that we connect to is verified.
public struct ClientTLSSettings: Sendable, Equatable {
    /// PEM text of the authorities; nil: the system's.
    public var authorities: String?
    /// Our own certificate, when the server asks for one.
    public var certificate: CertificateSettings?
    /// Instead of the URL's host, for SNI and verification.
    public var serverName: String?
    public var verifies = true

    public init() {}
}
