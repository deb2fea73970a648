import Bytes
import Cryptography
import JOSE
import Stores
import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("The grant password")
struct PasswordGrantTests {
    let bench: EndpointBench

    init() throws {
        self.bench = try EndpointBench { settings in
            var client = Client(name: "old", authentication: .none)
            client.grants = [.password]
            client.scopes = ["openid", "items:read"]
            settings.clients.append(client)
        }
    }

    private func token(
        _ name: String = "alice",
        _ password: String = User.alicePassword,
        _ further: [(String, String)] = [],
        client: String = "old"
    ) -> EndpointAnswer {
        let usual = [
            ("grant_type", "password"), ("client_id", client), ("username", name), ("password", password),
        ]
        return self.bench.post(.token, usual + further)
    }

    @Test("AS7: is refused to clients that do not list it")
    func notListed() {
        let answer = self.token(client: "docs")
        #expect(answer.status == 400)
        #expect(answer.error == "unauthorized_client")
    }

    @Test("gives an access token, and an ID token with openid alone")
    func tokens() throws {
        let answer = self.token("alice", User.alicePassword, [("scope", "items:read")])
        #expect(answer.status == 200)
        #expect(answer.json["id_token"] == nil)
        #expect(answer.json["refresh_token"] == nil)
        #expect(try answer.claims(of: "access_token")["sub"] == "alice")
        let whole = self.token()
        #expect(try whole.claims(of: "id_token")["auth_time"] == .integer(self.bench.now.seconds))
    }

    @Test("gives a refresh token to a client that may use it")
    func refresh() throws {
        let index = try #require(self.bench.policy.settings.clients.firstIndex { $0.name == "old" })
        self.bench.adopt { $0.clients[index].grants.insert(.refreshToken) }
        let answer = self.token()
        #expect(self.bench.refresh(try answer.text("refresh_token"), client: "old").status == 200)
    }

    @Test("AS21: is locked out together with the sign-in page, the same for names that nobody has")
    func lockout() throws {
        for name in ["alice", "nobody"] {
            for _ in 1...5 {
                let answer = self.token(name, "x")
                #expect(answer.status == 400)
                #expect(answer.error == "invalid_grant")
            }
        }
        let (known, unknown) = (self.token(), self.token("nobody"))
        #expect(known.status == 429)
        #expect(known.error == "temporarily_unavailable")
        #expect(known["Retry-After"] == "900")
        #expect(known.body == unknown.body)
        #expect(known.status == unknown.status)
        // The sign-in page asks the same lockout.
        #expect(self.bench.lockout.wait(for: .user("alice"), from: IPAddress("192.0.2.7")) == 900)
    }

    @Test("notes who signed in through which client, for the log and for the user")
    func traces() throws {
        _ = self.token()
        _ = self.token("alice", "x")
        #expect(try self.bench.store.signIns(ofUser: "alice", limit: 9).map(\.succeeded) == [false, true])
        let lines = try self.bench.audit.lines()
        #expect(lines.map { $0["event"] } == ["sign_in", "token_issued", "sign_in_failed"])
        #expect(lines.allSatisfy { $0["subject"] == "alice" && $0["client_id"] == "old" })
    }

    @Test("refuses scopes and resources before it tries the password")
    func requests() throws {
        #expect(self.token("alice", "x", [("scope", "items:admin")]).error == "invalid_scope")
        #expect(self.token("alice", "x", [("resource", "https://other.example")]).error == "invalid_target")
        #expect(self.token("").error == "invalid_request")
        #expect(self.token("alice", "").error == "invalid_request")
        #expect(try self.bench.store.signIns(ofUser: "alice", limit: 9).isEmpty)
    }

    @Test("lets pages of the client read the answer, which comes after a turn of the hashing pool")
    func sharing() throws {
        let index = try #require(self.bench.policy.settings.clients.firstIndex { $0.name == "old" })
        self.bench.adopt { $0.clients[index].redirectURIs = ["https://old.example.com/callback"] }
        for password in [User.alicePassword, "x"] {
            let request = [
                ("grant_type", "password"), ("client_id", "old"), ("username", "alice"), ("password", password),
            ]
            let answer = self.bench.post(.token, request) { $0.origin = "https://old.example.com" }
            #expect(answer["Access-Control-Allow-Origin"] == "https://old.example.com")
        }
    }

    @Test("asks to come again when too many passwords wait")
    func busy() throws {
        let call = self.bench.request(.post, .token) { request in
            request.contentType = "application/x-www-form-urlencoded"
            let form = [
                (name: "grant_type", value: "password"), ("client_id", "old"), ("username", "alice"), ("password", "x"),
            ]
            request.body = Array(FormEncoding.encode(form).utf8)
        }
        guard case .hash(let job) = try EndpointRouter.handle(self.bench.context(call)) else {
            Issue.record("a password is tried by the hashing pool")
            return
        }
        let answer = try job.ifBusy()
        #expect(answer.status == 503)
        #expect(answer.error == "temporarily_unavailable")
        #expect(answer["Retry-After"] == "3")
    }
}
