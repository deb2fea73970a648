public import Bytes
internal import Cryptography
internal import Endpoints
internal import JOSE
public import Stores
internal import Telemetry

/// Tokens for machines, as quickly as they can be signed: clients of the policy that show their secret in the header and ask
/// for client credentials in the plainest form. Everything else, and everything that is wrong, is answered the usual way.
public final class QuickTokens {
    private let snapshot: AuthorizationSnapshot
    private let tokens: TokenWriter
    private let audit: AuditLog
    private let clients: [[UInt8]: PreparedClient]
    /// Who asked last: most often who asks next, and found without hashing the name.
    private var latest: PreparedClient?
    private let digest = DigestContext(.sha256)
    private var credentials: [UInt8] = []
    private var claims: [UInt8] = []
    /// The answer given last: its memory serves the next one, if nobody holds it.
    private var answer: [UInt8] = []

    init(_ snapshot: AuthorizationSnapshot, tokens: TokenWriter, audit: AuditLog) {
        self.snapshot = snapshot
        self.tokens = tokens
        self.audit = audit
        let prepared = snapshot.policy.settings.clients.compactMap(PreparedClient.init)
        self.clients = Dictionary(prepared.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The JSON of a token response. Nil: the request wants the usual way, and nothing has happened.
    ///
    /// - Parameters:
    ///   - authorization: The value of the field, which was there once.
    ///   - contentType: Likewise.
    ///   - address: The client's network address.
    ///   - addressText: The same as text; empty behind a Unix socket.
    ///   - requestID: For the audit line.
    public func answer(
        authorization: Span<UInt8>,
        contentType: Span<UInt8>,
        body: Span<UInt8>,
        from address: IPAddress?,
        addressText: Span<UInt8>,
        requestID: Span<UInt8>,
        at now: Timestamp
    ) -> [UInt8]? {
        guard QuickForm.isForm(contentType), let form = QuickForm(body),
            let client = self.client(authorization, from: address),
            let access = client.access(for: form.scope, of: body) ?? self.prepare(client, body, form, at: now)
        else { return nil }
        self.write(access, at: now)
        self.audit.write(access.audit, client: addressText, request: requestID)
        return self.answer
    }

    // MARK: - Private details

    /// The client that has shown its secret. A wrong one is tried again the usual way, which counts it.
    private func client(_ authorization: Span<UInt8>, from address: IPAddress?) -> PreparedClient? {
        guard BasicScheme.decode(authorization, into: &self.credentials),
            let colon = self.credentials.firstIndex(of: UInt8(ascii: ":"))
        else { return nil }
        guard let client = self.client(named: self.credentials[..<colon]) else { return nil }
        let credentials = self.credentials
        let secret = credentials.span.extracting((colon + 1)...)
        guard QuickForm.isPlain(secret), self.digest.isHash(client.digest, of: secret),
            self.snapshot.lockout.ended(client.account, from: address, succeeded: true) == nil
        else { return nil }
        return client
    }

    private func client(named name: ArraySlice<UInt8>) -> PreparedClient? {
        if let latest = self.latest, latest.name.elementsEqual(name) { return latest }
        guard let client = self.clients[Array(name)] else { return nil }
        self.latest = client
        return client
    }

    private func prepare(
        _ client: PreparedClient,
        _ body: Span<UInt8>,
        _ form: QuickForm,
        at now: Timestamp
    ) -> PreparedAccess? {
        let policy = self.snapshot.policy
        guard let parameters = try? Parameters(parsing: body.array),
            let access = try? RequestedAccess(parameters, of: client.client, policy: policy),
            let audience = try? access.audience(policy)
        else { return nil }
        let prepared = PreparedAccess(
            wish: form.scope.map { body.extracting($0).array },
            scopes: access.scopes.filter { !ServerPolicy.isStandard($0) },
            audience: audience,
            client: client.client,
            policy: policy,
            issued: now.seconds
        )
        client.remember(prepared)
        return prepared
    }

    private func write(_ access: PreparedAccess, at now: Timestamp) {
        access.prepare(for: now.seconds)
        self.tokens.withPassingName { access.writeRest(random: $0, to: &self.claims) }
        self.answer.removeAll(keepingCapacity: true)
        self.answer.append(contentsOf: "{\"access_token\":\"".utf8)
        self.tokens.appendAccessToken(
            access.start,
            rest: self.claims,
            keys: self.snapshot.keys,
            at: now,
            to: &self.answer
        )
        self.answer.append(contentsOf: access.answer)
    }
}

/// A form that asks for client credentials and for nothing else but scopes: `grant_type` first, then perhaps `scope`.
struct QuickForm {
    /// The value of `scope` as it stands.
    let scope: Range<Int>?

    private static let start: StaticString = "grant_type=client_credentials"
    private static let separator: StaticString = "&scope="

    /// Nil for all other forms.
    init?(_ body: Span<UInt8>) {
        let end = Self.start.utf8CodeUnitCount
        guard body.count >= end, body.extracting(..<end).equals(Self.start) else { return nil }
        guard body.count > end else {
            self.scope = nil
            return
        }
        let value = end + Self.separator.utf8CodeUnitCount
        guard body.count > value, body.extracting(end..<value).equals(Self.separator),
            body.extracting(value...).firstIndex(of: UInt8(ascii: "&")) == nil
        else { return nil }
        self.scope = value..<body.count
    }

    static func isForm(_ contentType: Span<UInt8>) -> Bool {
        contentType.equals("application/x-www-form-urlencoded")
    }

    /// Whether form-encoding leaves a text as it is.
    static func isPlain(_ text: Span<UInt8>) -> Bool {
        text.firstIndex(of: UInt8(ascii: "%")) == nil && text.firstIndex(of: UInt8(ascii: "+")) == nil
    }
}
