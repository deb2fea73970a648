internal import Bytes
internal import Endpoints
public import JOSE
public import Reactor
public import Telemetry
public import Upstreams

/// GitHub, which speaks OAuth 2.0 without ID tokens: who somebody is, its interface tells.
public final class GitHubProvider: Provider {
    public let name: String
    private let settings: ProviderSettings
    private let scopes: [String]
    private let redirectURI: String
    private let line: ProviderLine
    private let places: GitHubPlaces
    private let authentication: ClientAuthentication

    /// Of each list of a person's addresses, organizations and teams, a hundred on each.
    static let maximumPages = 5
    /// What is asked for: the profile, the addresses, and organizations with their teams.
    static let usualScopes = ["read:user", "user:email", groupsScope]
    /// Without it teams are not told, and of organizations only what is public.
    static let groupsScope = "read:org"
    /// What an operator can do about groups that are not told.
    static let remedy =
        "A GitHub App needs the permission to read members of its organizations; in an OAuth app people grant read:org."

    /// Throws if the client authenticates with a key that cannot be used.
    public convenience init(
        _ settings: ProviderSettings,
        baseURL: BaseURL,
        client: ControlClient,
        log: OperationalLog,
        loop: EventLoop
    ) throws(UnusableKey) {
        let line = ProviderLine(settings, client: client, log: log, loop: loop)
        try self.init(settings, baseURL: baseURL, line: line)
    }

    init(_ settings: ProviderSettings, baseURL: BaseURL, line: ProviderLine) throws(UnusableKey) {
        self.name = settings.name
        self.settings = settings
        // Those of OpenID Connect, which are there unless others were named, mean nothing here.
        let own = settings.scopes.filter { !["openid", "profile", "email"].contains($0) }
        self.scopes = own.isEmpty ? Self.usualScopes : own
        self.redirectURI = baseURL.redirectURI
        self.line = line
        self.places = GitHubPlaces(settings.endpoints)
        self.authentication = try ClientAuthentication(settings, audience: self.places.issuer)
    }

    // MARK: - Provider

    public func begin(_ request: SignInRequest, _ completion: @escaping (Result<String, ProviderFailure>) -> Void) {
        self.line.turn(completion) { turn in
            let parameters = request.parameters(
                clientID: self.settings.clientID,
                redirectURI: self.redirectURI,
                scopes: self.scopes
            )
            turn.succeeds(FormEncoding.append(parameters, toQueryOf: self.places.authorize))
        }
    }

    public func check(issuer: String?, _ completion: @escaping (Result<Void, ProviderFailure>) -> Void) {
        self.line.turn(completion) { turn throws(ProviderFailure) in turn.succeeds(try self.check(issuer: issuer)) }
    }

    public func finish(
        _ response: SignInResponse,
        _ completion: @escaping (Result<Identity, ProviderFailure>) -> Void
    ) {
        self.line.turn(completion) { turn throws(ProviderFailure) in
            try self.check(issuer: response.issuer)
            try self.ask(response.parameters(redirectURI: self.redirectURI), turn) { answer throws(ProviderFailure) in
                try self.describe(answer, after: nil, turn) { turn.succeeds($0) }
            }
        }
    }

    public func refresh(
        _ identity: Identity,
        _ completion: @escaping (Result<Refreshed, ProviderFailure>) -> Void
    ) {
        self.line.turn(completion) { turn throws(ProviderFailure) in
            guard let token = identity.refreshToken else { throw .refused("there is no refresh token") }
            let parameters = [("grant_type", "refresh_token"), ("refresh_token", token.secret)]
            try self.ask(parameters, turn) { answer throws(ProviderFailure) in
                turn.keeps(Identity(answer, claims: identity.claims, after: identity))
                try self.describe(answer, after: identity, turn) { turn.succeeds(.identity($0)) }
            }
        }
    }

    public func revoke(_ identity: Identity) {
        guard case .secret(let secret) = self.settings.authentication else { return }
        self.line.turn({ (_: Result<Void, ProviderFailure>) in }) { turn throws(ProviderFailure) in
            let body: JSONValue = ["access_token": .string(identity.accessToken.secret)]
            let url = try self.places.grant(of: self.settings.clientID)
            let plain = ControlRequest(.delete, url, body: Redacted(body.encoded()), type: "application/json")
            var request = self.authentication.basic(secret, on: plain)
            request.answers = [204]
            turn.send(request) { _ in turn.succeeds(()) }
        }
    }

    /// There is none.
    public func signOutAddress(_ identity: Identity, state: String, _ completion: @escaping (String?) -> Void) {
        self.line.turn({ completion(try? $0.get()) }) { (_: ProviderTurn<String>) throws(ProviderFailure) in
            throw .invalid("GitHub has no sign-out")
        }
    }

    // MARK: - Steps

    /// It is not promised.
    private func check(issuer: String?) throws(ProviderFailure) {
        guard issuer?.hasSameBytes(as: self.places.issuer) ?? true else {
            throw .invalid("the response is of another issuer")
        }
    }

    private func ask<Value>(
        _ parameters: [(name: String, value: String)],
        _ turn: ProviderTurn<Value>,
        _ next: @escaping (OAuthAnswer) throws(ProviderFailure) -> Void
    ) throws(ProviderFailure) {
        let form = try self.authentication.form(
            parameters,
            to: try self.places.token(),
            methods: ["client_secret_post"],
            at: WallClock.milliseconds / 1000
        )
        turn.send(form) { (status, json) throws(ProviderFailure) in
            try next(try OAuthAnswer(status, json, at: WallClock.milliseconds / 1000))
        }
    }

    /// Asks who the tokens are of.
    private func describe<Value>(
        _ answer: OAuthAnswer,
        after former: Identity?,
        _ turn: ProviderTurn<Value>,
        _ done: @escaping (Identity) -> Void
    ) throws(ProviderFailure) {
        turn.send(ControlRequest(try self.places.user(), bearer: answer.accessToken)) {
            (_, user) throws(ProviderFailure) in
            // Who is nobody is no other account: `json` says so, and refuses nothing.
            if let former, let subject = GitHubClaims.subject(of: user), subject != former.subject {
                throw .refused("the refreshed token is of another account")
            }
            try self.list("emails", answer, turn) { emails throws(ProviderFailure) in
                try self.list("orgs", answer, turn) { organizations throws(ProviderFailure) in
                    try self.list("teams", answer, turn) { teams throws(ProviderFailure) in
                        let claims = GitHubClaims(
                            user: user,
                            emails: emails,
                            organizations: organizations,
                            teams: teams
                        )
                        // Who did not ask for them misses nothing.
                        if !claims.hasGroups && self.scopes.contains(Self.groupsScope) {
                            self.line.reportUnknownGroups(Self.remedy)
                        }
                        done(Identity(answer, claims: try claims.json(), after: former))
                    }
                }
            }
        }
    }

    private func list<Value>(
        _ name: String,
        _ answer: OAuthAnswer,
        _ turn: ProviderTurn<Value>,
        _ next: @escaping ([JSONValue]?) throws(ProviderFailure) -> Void
    ) throws(ProviderFailure) {
        let places = self.places
        let list = PagedList(maximumPages: Self.maximumPages, accessToken: answer.accessToken) { page, number in
            guard let items = page.array else { return nil }
            let isFull = items.count >= GitHubPlaces.itemsPerPage
            return PagedList.Page(items: items, next: isFull ? places.list(name, page: number + 1) : nil)
        }
        list.fetch(try places.url(places.list(name, page: 1)), turn, next)
    }
}
