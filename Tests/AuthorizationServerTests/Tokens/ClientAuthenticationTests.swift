import Bytes
import Cryptography
import JOSE
import Stores
import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("Clients that authenticate")
struct ClientAuthenticationTests {
    private static let key = try! SigningKey(PrivateKey(generatingFor: .es256))
    let bench: EndpointBench

    init() throws {
        let keys = JSONWebKeySet(keys: [try #require(Self.key.published)])
        self.bench = try EndpointBench { settings in
            var client = Client(name: "signed", authentication: .keys(keys))
            client.grants = [.clientCredentials]
            client.scopes = ["items:read"]
            settings.clients.append(client)
        }
    }

    private func assertion(
        _ name: String = "signed",
        audience: String = EndpointBench.issuer,
        identifier: String = RandomSecret().text,
        key: SigningKey = Self.key
    ) throws -> String {
        try TokenSigner(key: key, type: .jwt).sign([
            "iss": .string(name), "sub": .string(name), "aud": .string(audience), "jti": .string(identifier),
            "exp": .integer(self.bench.now.seconds + 60),
        ])
    }

    private func token(_ further: [(String, String)]) -> EndpointAnswer {
        self.bench.post(.token, [("grant_type", "client_credentials")] + further)
    }

    private func token(_ assertion: String, _ further: [(String, String)] = []) -> EndpointAnswer {
        let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        return self.token([("client_assertion_type", type), ("client_assertion", assertion)] + further)
    }

    @Test("private_key_jwt: prove themselves to the issuer or its token endpoint")
    func assertion() throws {
        #expect(try self.token(self.assertion()).status == 200)
        #expect(try self.token(self.assertion(), [("client_id", "signed")]).status == 200)
        let address = self.bench.policy.address(of: .token)
        let answer = try self.token(self.assertion(audience: address))
        #expect(try answer.claims(of: "access_token")["sub"] == "client:signed")
    }

    @Test("private_key_jwt: use an assertion once, and each name once")
    func replay() throws {
        let assertion = try self.assertion(identifier: "a-1")
        #expect(self.token(assertion).status == 200)
        #expect(self.token(assertion).error == "invalid_client")
        self.bench.now = self.bench.now + .seconds(1)
        #expect(try self.token(self.assertion(identifier: "a-1")).error == "invalid_client")
    }

    @Test("private_key_jwt: are refused alike, whatever is wrong")
    func refused() throws {
        let other = try SigningKey(PrivateKey(generatingFor: .es256))
        let answers = [
            try self.token(self.assertion(), [("client_id", "worker")]),
            try self.token(self.assertion(key: other)), try self.token(self.assertion("nobody")),
            try self.token(self.assertion("worker")), self.token("x"),
            try self.token(self.assertion(audience: "https://other.example")),
            try self.token([("client_assertion_type", "x"), ("client_assertion", self.assertion())]),
            self.token([("client_id", "signed")]),
            self.token([("client_id", "signed"), ("client_secret", "x")]),
        ]
        for answer in answers {
            #expect(answer.status == 401)
            #expect(answer.error == "invalid_client")
            #expect(answer["WWW-Authenticate"] == nil)
        }
        let events = try self.bench.events()
        #expect(Set(events) == ["client_authentication_failed"])
    }

    @Test("RFC 6749, section 2.3: use one way at a time")
    func twoWays() throws {
        let answer = try self.token(self.assertion(), [("client_secret", "x")])
        #expect(answer.error == "invalid_request")
    }

    @Test("RFC 6749, section 2.3.1: encode name and secret in the header; one that fails is told of the scheme")
    func basic() {
        func token(_ secret: String) -> EndpointAnswer {
            let credentials = Base64URL.encode(Array("worker:\(secret)".utf8))
            return self.bench.post(.token, [("grant_type", "client_credentials")]) { request in
                request.authorization = ["Basic \(credentials)"]
            }
        }
        let encoded = FormEncoding.encode(Client.workerSecret.text)
        #expect(token(encoded).status == 200)
        let refused = token("x")
        #expect(refused.status == 401)
        #expect(refused["WWW-Authenticate"]?.hasPrefix("Basic ") == true)
    }

    @Test("AS21: are locked out after five wrong secrets, whoever's they are", arguments: ["worker", "nobody"])
    func lockout(_ name: String) {
        for _ in 1...5 {
            #expect(self.token([("client_id", name), ("client_secret", "x")]).error == "invalid_client")
        }
        let locked = self.token([("client_id", name), ("client_secret", Client.workerSecret.text)])
        #expect(locked.status == 429)
        #expect(locked.error == "temporarily_unavailable")
        #expect(locked["Retry-After"] == "900")
    }

    @Test("AS21: stay locked out for as long as was said when the time of day is set", arguments: [-7200, 7200])
    func timeOfDay(_ seconds: Int) {
        for _ in 1...5 { _ = self.token([("client_id", "worker"), ("client_secret", "x")]) }
        self.bench.setTimeOfDay(self.bench.now + .seconds(seconds))
        let form = [(name: "client_id", value: "worker"), ("client_secret", Client.workerSecret.text)]
        #expect(self.token(form)["Retry-After"] == "900")
        self.bench.now = self.bench.now + .seconds(900)
        #expect(self.token(form).status == 200)
    }

    @Test("AS17: have a subject that no user has")
    func subject() throws {
        let answer = self.token([("client_id", "worker"), ("client_secret", Client.workerSecret.text)])
        #expect(try answer.claims(of: "access_token")["sub"] == "client:worker")
        #expect(answer.json["refresh_token"] == nil)
    }

    @Test("AS15: have their refusals read by their own pages once they are known, and not before")
    func sharing() {
        func token(_ secret: String) -> EndpointAnswer {
            let form = [
                (name: "grant_type", value: "client_credentials"), ("client_id", "site"), ("client_secret", secret),
            ]
            return self.bench.post(.token, form) { $0.origin = "https://site.example.com" }
        }
        let refused = token(Client.siteSecret.text)
        #expect(refused.error == "unauthorized_client")
        #expect(refused["Access-Control-Allow-Origin"] == "https://site.example.com")
        #expect(token("x")["Access-Control-Allow-Origin"] == nil)
    }
}
