internal import Bytes
internal import HTTP

/// An absolute http or https address that a page may link to.
public struct WebURL: Sendable, Hashable {
    public let text: String
    public let origin: WebOrigin

    /// Nil for every other scheme, `javascript:` first of all, for a user name before the host, and for anything that is
    /// not visible ASCII.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.maximumBytes, text.utf8.allSatisfy(\.isUsualInAddress),
            let origin = WebOrigin(of: text), origin.isWeb
        else { return nil }
        self.text = text
        self.origin = origin
    }

    /// What every browser and proxy still takes.
    static let maximumBytes = 2048
}

/// Where an address leads: scheme, host and port, or for an application on the person's device (RFC 8252 7.1) its scheme.
public struct WebOrigin: Sendable, Hashable {
    /// `https`, `http`, or a private-use scheme with a dot; lower case.
    public let scheme: String
    /// The host with the port as it was written; empty for a private-use scheme.
    public let authority: String

    public var isWeb: Bool { self.scheme == "https" || self.scheme == "http" }

    /// Whether an application on the person's own device is there (RFC 8252 7.1 and 7.3).
    public var isOnThisDevice: Bool { !self.isWeb || Authority(self.authority)?.isThisMachine ?? false }

    /// The origin of an absolute address; nil if it has none that may be shown or sent to.
    public init?(of url: String) {
        guard let uri = URI(url) else { return nil }
        guard uri.scheme == "https" || uri.scheme == "http" else {
            guard uri.isPrivateUse else { return nil }
            self.init(scheme: uri.scheme, authority: "")
            return
        }
        guard let authority = uri.authority, uri.server != nil else { return nil }
        self.init(scheme: uri.scheme, authority: authority.lowercased())
    }

    private init(scheme: String, authority: String) {
        self.scheme = scheme
        self.authority = authority
    }

    /// As browsers send it: without the scheme's own port (HTML standard, serialization of an origin).
    public var text: String {
        guard let server = Authority(self.authority) else { return "\(self.scheme)://\(self.authority)" }
        let port = server.port.flatMap { $0 == self.ownPort ? nil : ":\($0)" } ?? ""
        return "\(self.scheme)://\(server.host)\(port)"
    }

    private var ownPort: UInt16 { self.scheme == "https" ? 443 : 80 }

    /// What is shown to people, and what decides whom they trust.
    public var shown: ForeignText {
        ForeignText(self.isWeb ? self.authority : "\(self.scheme):", limit: ForeignText.sentenceLimit)
    }
}
