internal import Bytes

/// Sign-in's own paths, which come before all routes.
public enum LoginEndpoint: String, CaseIterable, Sendable {
    case start = "/oauth2/start"
    case callback = "/oauth2/callback"
    /// The page on which people choose among several providers.
    case chooser = "/oauth2/sign_in"
    case signOut = "/oauth2/sign_out"
    case backchannelLogout = "/oauth2/backchannel_logout"
    case userInfo = "/oauth2/userinfo"

    public enum Lookup: Equatable, Sendable {
        /// Not sign-in's.
        case none
        /// Under the prefix, and nothing is there.
        case unknown
        case endpoint(LoginEndpoint)
    }

    /// Whether it says or does something about the session that the browser has.
    var needsSession: Bool {
        switch self {
        case .callback, .signOut, .userInfo: true
        case .start, .chooser, .backchannelLogout: false
        }
    }

    /// Whose path it is, in its one meaning.
    public static func find(_ path: Span<UInt8>) -> Lookup {
        let prefix = Self.prefixBytes
        guard path.count >= prefix.count, path.extracting(..<prefix.count).equals(prefix.span) else { return .none }
        for (endpoint, bytes) in Self.paths where path.equals(bytes.span) { return .endpoint(endpoint) }
        guard path.count == prefix.count || path[prefix.count] == UInt8(ascii: "/") else { return .none }
        return .unknown
    }

    private static let prefixBytes = Array(LoginSettings.builtInPath.utf8)
    private static let paths = Self.allCases.map { ($0, Array($0.rawValue.utf8)) }
}
