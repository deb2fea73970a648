import Bytes
import Cryptography
import JOSE
import OAuth
import Telemetry

@testable import Login

/// Sessions for tests, and a browser that keeps them.
enum SessionFixture {
    /// Of the sign-in, in milliseconds since 1970.
    static let start: Int64 = 1_800_000_000_000
    static let key = SealingKey([UInt8](repeating: 5, count: SealingKey.byteCount))!
    static let lifetime: Int64 = 8 * 3_600_000
    static let idle: Int64 = 1_800_000

    static func settings(_ base: String = "https://app.example.com") -> LoginSettings {
        let corp = ProviderSettings(
            name: "corp",
            kind: .issuer("https://login.example.com", preset: nil),
            clientID: "gateway",
            authentication: .embedded
        )
        let local = ProviderSettings(name: "local", kind: .embedded, clientID: "gateway", authentication: .embedded)
        return LoginSettings(baseURL: BaseURL(base)!, providers: [corp, local])
    }

    static func kit(_ settings: LoginSettings = settings()) -> SessionKit {
        SessionKit(settings, sessionKey: self.key)
    }

    static func kit(keys: [SealingKey]) -> SessionKit {
        var settings = self.settings()
        settings.session.keys = keys
        return SessionKit(settings, sessionKey: .generate())
    }

    /// - Parameter claims: Beside `sub`.
    static func identity(subject: String = "alice", _ claims: [JSONMember] = []) -> Identity {
        let members = [JSONMember(name: "sub", value: .string(subject))] + claims
        return Identity(claims: .object(members), accessToken: Redacted("an-access-token"))
    }

    static func session(
        _ identity: Identity = identity(),
        provider: String = "corp",
        at now: Int64 = start
    ) -> Session {
        let maker = self.settings().providers.first { $0.name == provider }?.maker
        return Session(of: identity, provider: provider, maker: maker, at: now)
    }

    /// One whose access token runs out after so many seconds.
    static func refreshable(tokenLife seconds: Int64) -> Session {
        var identity = self.identity()
        identity.refreshToken = Redacted("a-refresh-token")
        identity.accessExpiresAt = self.start / 1000 + seconds
        return self.session(identity)
    }

    static func reader(
        _ kit: SessionKit = kit(),
        scopes: [String] = [],
        cutOffs: CutOffs = CutOffs()
    ) -> SessionReader {
        SessionReader(kit, firstPlace: 3, scopes: ScopeTable(scopes), cutOffs: cutOffs)
    }
}

/// A browser's cookies: names and values, a name also more than once.
struct CookieJar {
    var cookies: [(name: String, value: String)] = []

    init(_ cookies: [(name: String, value: String)] = []) { self.cookies = cookies }

    /// With what these lines of `Set-Cookie` leave.
    init(_ lines: [String]) { self.take(lines) }

    mutating func take(_ lines: [String]) {
        for line in lines {
            let pair = line.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            self.cookies.removeAll { $0.name == pair[0] }
            if !line.contains("Max-Age=0") { self.cookies.append((String(pair[0]), String(pair[1]))) }
        }
    }

    func append(_ name: [UInt8], _ text: inout ByteBuffer) -> Int {
        let found = self.cookies.filter { Array($0.name.utf8) == name }
        for cookie in found { text.append(Array(cookie.value.utf8)) }
        return found.count
    }
}

extension SessionFinding {
    var session: RememberedSession? {
        guard case .live(let session, _) = self else { return nil }
        return session
    }

    var refresh: SessionLife.Refresh? {
        guard case .live(_, let refresh) = self else { return nil }
        return refresh
    }

    var isNone: Bool {
        guard case .none = self else { return false }
        return true
    }

    var isUnusable: Bool {
        guard case .unusable = self else { return false }
        return true
    }
}

extension SessionReader {
    func read(_ jar: CookieJar, at now: Int64 = SessionFixture.start) -> SessionFinding {
        self.read(at: now) { jar.append($0, &$1) }
    }
}

extension SessionRecord {
    static func session(_ bytes: [UInt8]) -> Session? { self.session(bytes.span) }

    static func head(_ bytes: [UInt8]) -> Head? { self.head(bytes.span) }
}
