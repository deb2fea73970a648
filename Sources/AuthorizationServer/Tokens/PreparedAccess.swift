internal import Bytes
internal import JOSE
internal import Stores

/// What one client gets by client credentials for one wish, written down but for what differs from token to token. Belongs
/// to one worker.
final class PreparedAccess {
    /// The `scope` parameter as it stood in the form; nil if there was none.
    let wish: [UInt8]?
    /// The claims before `jti`: the same for all tokens of one second.
    private(set) var start: EncodedStart
    /// The answer from the token's closing quotation mark on.
    let answer: [UInt8]
    let audit: AuditLog.IssuedLine
    /// Seconds.
    private let lifetime: Int64
    /// The claims before `exp`, with the comma behind them.
    private let lasting: [UInt8]
    /// The second of `start`.
    private var issued: Int64

    init(
        wish: [UInt8]?,
        scopes: [String],
        audience: String,
        client: Client,
        policy: ServerPolicy,
        issued: Int64
    ) {
        self.wish = wish
        let subject = AccessTokenClaims.subject(ofClient: client.name)
        self.audit = AuditLog.IssuedLine(
            subject: subject,
            clientID: client.name,
            [.grantType(.clientCredentials), .scope(scopes)]
        )
        self.lifetime = policy.lifetimes.access.components.seconds
        var claims = JSONObjectText()
        claims.add("iss", policy.issuer.text)
        claims.add("aud", audience)
        claims.add("sub", subject)
        claims.add("client_id", client.name)
        claims.add(scopes: scopes)
        self.lasting = claims.finished().dropLast() + [UInt8(ascii: ",")]
        self.issued = issued
        self.start = Self.start(self.lasting, issued: issued, lifetime: self.lifetime)
        var answer = JSONObjectText()
        answer.add("token_type", String("Bearer"))
        answer.add("expires_in", self.lifetime)
        answer.add(scopes: scopes)
        self.answer = Array("\",".utf8) + answer.finished().dropFirst()
    }

    /// Makes `start` that of tokens issued at `second`, since 1970.
    func prepare(for second: Int64) {
        guard second != self.issued else { return }
        self.issued = second
        self.start = Self.start(self.lasting, issued: second, lifetime: self.lifetime)
    }

    /// Writes the claims of one token that come after `start`, in place of what `text` held.
    ///
    /// - Parameter random: `TokenName.randomByteCount` bytes for the token's name.
    func writeRest(random: Span<UInt8>, to text: inout [UInt8]) {
        text.removeAll(keepingCapacity: true)
        text.append(contentsOf: "\"jti\":\"".utf8)
        TokenName.append(random, to: &text)
        text.append(contentsOf: "\"}".utf8)
    }

    private static func start(_ lasting: [UInt8], issued: Int64, lifetime: Int64) -> EncodedStart {
        EncodedStart(lasting + "\"exp\":\(issued + lifetime),\"iat\":\(issued),".utf8)
    }
}

/// A client of the policy that proves itself by a secret and may act for itself, made ready for one worker.
final class PreparedClient {
    let name: [UInt8]
    let client: Client
    let account: LockoutAccount
    /// SHA-256 of the secret.
    let digest: [UInt8]
    private var accesses: [PreparedAccess] = []
    private var nextVictim = 0

    /// Different wishes that are remembered: few clients have more than one.
    static let maximumAccesses = 8

    /// Nil for a client that cannot be answered quickly.
    init?(_ client: Client) {
        guard case .secret(let digest) = client.authentication, client.grants.contains(.clientCredentials) else {
            return nil
        }
        self.name = Array(client.name.utf8)
        self.client = client
        self.account = .client(client.name)
        self.digest = digest.bytes
    }

    /// What was prepared for the scopes at `place` of the form; nil if there is nothing yet.
    func access(for place: Range<Int>?, of form: Span<UInt8>) -> PreparedAccess? {
        for access in self.accesses {
            switch (access.wish, place) {
            case (nil, nil): return access
            case (let known?, let place?):
                let isIt = form.extracting(place).equals(known.span)
                if isIt { return access }
            case (nil, _), (_, nil): continue
            }
        }
        return nil
    }

    func remember(_ access: PreparedAccess) {
        if self.accesses.count < Self.maximumAccesses { return self.accesses.append(access) }
        self.nextVictim = (self.nextVictim + 1) % Self.maximumAccesses
        self.accesses[self.nextVictim] = access
    }
}
