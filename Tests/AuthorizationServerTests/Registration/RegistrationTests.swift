import Bytes
import Cryptography
import JOSE
import Stores
import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("Registering a client")
struct RegistrationTests {
    private let bench: EndpointBench
    private let invitation = RandomSecret()

    init() throws {
        self.bench = try EndpointBench { $0.allowsRegistration = true }
        let token = InitialAccessToken(
            digest: self.invitation.digest,
            scopes: ["openid", "items:read"],
            expires: EndpointBench.start + .seconds(600)
        )
        try self.bench.store.addInitialAccessToken(token, at: EndpointBench.start)
    }

    private static let metadata: JSONValue = [
        "redirect_uris": ["https://new.example.com/callback"], "client_name": "New", "scope": "items:read openid",
        "grant_types": ["authorization_code", "refresh_token"],
    ]

    private func register(_ metadata: JSONValue, token: String? = nil) -> EndpointAnswer {
        self.bench.answer(
            self.bench.request(.post, .register) { request in
                request.authorization = ["Bearer \(token ?? self.invitation.text)"]
                request.contentType = "application/json; charset=utf-8"
                request.body = metadata.encoded()
            }
        )
    }

    private func stored() throws -> [ClientRecord] { try self.bench.store.clients() }

    @Test("keeps it, and shows its secret once")
    func registered() throws {
        let answer = self.register(Self.metadata)
        #expect(answer.status == 201)
        #expect(answer["Cache-Control"] == "no-store")
        let record = try #require(try self.stored().first)
        #expect(answer.json["client_id"] == .string(record.name))
        #expect(answer.json["client_id_issued_at"] == .integer(EndpointBench.start.seconds))
        #expect(answer.json["client_secret_expires_at"] == 0)
        #expect(answer.json["token_endpoint_auth_method"] == "client_secret_basic")
        #expect(record.secret?.verifies(try #require(answer.json["client_secret"]?.string)) == true)
        #expect(record.origin == .registration)
        #expect(record.scopes == ["openid", "items:read"])
        #expect(Client(record).grants == [.authorizationCode, .refreshToken])
        #expect(try self.bench.audit.lines().map { $0["event"] } == ["client_registered"])
    }

    @Test("uses an invitation once")
    func once() throws {
        #expect(self.register(Self.metadata).status == 201)
        let again = self.register(Self.metadata)
        #expect(again.status == 401)
        #expect(again.error == "invalid_token")
        #expect(try self.stored().count == 1)
    }

    @Test("leaves the invitation alone when it refuses")
    func again() throws {
        #expect(self.register([:]).status == 400)
        #expect(self.register(Self.metadata).status == 201)
    }

    @Test("AS17: names it itself, so that it is nobody else and no user")
    func name() throws {
        let answer = self.register(Self.metadata.with("client_id", "worker").with("sub", "alice"))
        let name = try #require(answer.json["client_id"]?.string)
        #expect(name.utf8.count == 32)
        #expect(Client.isName(name))
        #expect(try self.stored().map(\.name) == [name])
    }

    @Test("needs an invitation that counts")
    func invitations() throws {
        #expect(self.register(Self.metadata, token: RandomSecret().text).status == 401)
        let none = self.bench.answer(
            self.bench.request(.post, .register) { request in
                request.contentType = "application/json"
                request.body = Self.metadata.encoded()
            }
        )
        #expect(none.status == 401)
        #expect(none["WWW-Authenticate"] == "Bearer realm=\"gatehouse\"")
        self.bench.now = EndpointBench.start + .seconds(600)
        #expect(self.register(Self.metadata).status == 401)
        #expect(try self.stored().isEmpty)
    }

    @Test("AS19: takes no other kind of secret for an invitation")
    func kinds() throws {
        let bench = self.bench
        let refreshToken = try bench.refreshToken(of: bench.keptGrant())
        for token in [refreshToken, Client.workerSecret.text, try bench.accessToken(of: bench.keptGrant())] {
            #expect(self.register(Self.metadata, token: token).error == "invalid_token")
        }
    }

    @Test("is not there unless the policy has it")
    func off() throws {
        let bench = try EndpointBench()
        let answer = bench.answer(
            bench.request(.post, .register) { $0.authorization = ["Bearer \(RandomSecret().text)"] }
        )
        #expect(answer.status == 404)
    }

    @Test(
        "AS1, AS2: refuses redirect URIs that lead to strangers",
        arguments: [
            "http://new.example.com/", "https://*.example.com/", "https://new.example.com/#a", "javascript:alert(1)",
            "/callback", "https://new.example.com@evil.example/", "data:text/html,x", "myapp:/callback", "",
        ]
    )
    func redirectURIs(_ uri: String) throws {
        let answer = self.register(Self.metadata.with("redirect_uris", ["https://new.example.com/", .string(uri)]))
        #expect(answer.status == 400)
        #expect(answer.error == "invalid_redirect_uri")
        #expect(try self.stored().isEmpty)
    }

    @Test("takes so many redirect URIs and no more")
    func count() throws {
        let uris = (0...ClientMetadata.maximumRedirectURIs).map { "https://new.example.com/\($0)" }
        #expect(self.register(Self.metadata.with("redirect_uris", .texts(uris))).error == "invalid_redirect_uri")
        #expect(self.register(Self.metadata.with("redirect_uris", .texts(Array(uris.dropLast())))).status == 201)
    }

    @Test(
        "refuses what it cannot give",
        arguments: [
            ("scope", "items:write"), ("scope", 7), ("grant_types", ["password"]), ("grant_types", ["implicit"]),
            ("grant_types", ["refresh_token"]), ("grant_types", []), ("grant_types", "authorization_code"),
            ("response_types", ["token"]), ("response_types", ["code", "token"]),
            ("token_endpoint_auth_method", "tls_client_auth"), ("token_endpoint_auth_method", "private_key_jwt"),
            ("client_name", 7), ("client_name", .string(String(repeating: "a", count: 257))),
            ("require_pushed_authorization_requests", "yes"),
        ] as [(String, JSONValue)]
    )
    func metadata(_ member: String, _ value: JSONValue) throws {
        let answer = self.register(Self.metadata.with(member, value))
        #expect(answer.status == 400)
        #expect(answer.error == "invalid_client_metadata")
        #expect(try self.stored().isEmpty)
    }

    @Test("refuses a public client that would act for itself")
    func publicClient() throws {
        let metadata: JSONValue = ["token_endpoint_auth_method": "none", "grant_types": ["client_credentials"]]
        #expect(self.register(metadata).error == "invalid_client_metadata")
        let answer = self.register(Self.metadata.with("token_endpoint_auth_method", "none"))
        #expect(answer.status == 201)
        #expect(answer.json["client_secret"] == nil)
        #expect(answer.json["client_secret_expires_at"] == nil)
    }

    @Test("keeps of a key set what is public")
    func keys() throws {
        let key = try PrivateKey(generatingFor: .es256)
        let published = try JSONWebKey(key: key.publicKey, algorithm: .es256).json
        let set: JSONValue = ["keys": [published.with("d", "private"), ["kty": "oct", "k": "shared"]]]
        let metadata = Self.metadata.with("token_endpoint_auth_method", "private_key_jwt").with("jwks", set)
        let answer = self.register(metadata)
        #expect(answer.status == 201)
        #expect(answer.json["jwks"] == ["keys": [published]])
        #expect(try self.stored().first?.keySet == ["keys": [published]])
    }

    @Test("refuses a body that is no JSON object", arguments: ["", "[]", "{", "{\"scope\":\"a\",\"scope\":\"b\"}"])
    func bodies(_ text: String) throws {
        let answer = self.bench.answer(
            self.bench.request(.post, .register) { request in
                request.authorization = ["Bearer \(self.invitation.text)"]
                request.contentType = "application/json"
                request.body = Array(text.utf8)
            }
        )
        #expect(answer.error == "invalid_client_metadata")
        #expect(
            self.bench.post(.register, [("scope", "a")]) { $0.authorization = ["Bearer \(self.invitation.text)"] }
                .status == 400
        )
    }
}

extension JSONValue {
    /// The object with a member set.
    func with(_ name: String, _ value: JSONValue) -> JSONValue {
        .object((self.members ?? []).filter { $0.name != name } + [JSONMember(name: name, value: value)])
    }
}
