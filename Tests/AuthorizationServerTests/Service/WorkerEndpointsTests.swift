import Bytes
import Cryptography
import HTTP
import JOSE
import Stores
import Telemetry
import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("A worker's endpoints")
struct WorkerEndpointsTests {
    private static let start = Timestamp(seconds: 1_800_000_000)

    private static func endpoints(
        issuer: String,
        _ change: (inout AuthorizationServerSettings) -> Void = { _ in }
    ) throws -> WorkerEndpoints {
        var settings = AuthorizationServerSettings(
            issuer: try IssuerAddress(issuer),
            store: .memory,
            keys: SigningKeySettings(),
            audiences: ["items-api"]
        )
        change(&settings)
        let key = try SigningKeyMaker.make(.es256, signsFrom: Self.start, at: Self.start)
        let snapshot = AuthorizationSnapshot(
            keys: try SigningKeys([key], generation: 1),
            revoked: RevokedGrants(),
            policy: ServerPolicy(settings),
            lockout: Lockout(settings.lockout)
        )
        return WorkerEndpoints(snapshot, log: WorkerLog(writer: LogWriter(fileDescriptor: -1)))
    }

    private static func find(_ path: String, host: String = "", _ endpoints: WorkerEndpoints) -> EndpointLookup {
        let (path, host) = (Array(path.utf8), Array(host.utf8))
        return endpoints.find(path: path.span, host: host.span)
    }

    @Test(
        "are found below the issuer's path, and at the place of RFC 8414, section 3",
        arguments: [
            ("/identity/token", EndpointLookup.endpoint(.token)),
            ("/identity/.well-known/openid-configuration", .endpoint(.openIDConfiguration)),
            ("/.well-known/oauth-authorization-server/identity", .endpoint(.authorizationServerMetadata)),
            ("/.well-known/openid-configuration/identity", .endpoint(.openIDConfiguration)),
            ("/identity", .unknown), ("/identity/", .unknown), ("/identity/tokens", .unknown),
            ("/identity/.well-known/oauth-authorization-server", .unknown),
            ("/identitytoken", .none), ("/", .none), ("/token", .none), ("/Identity/token", .none),
        ]
    )
    func finds(_ path: String, _ expected: EndpointLookup) throws {
        #expect(Self.find(path, try Self.endpoints(issuer: "http://127.0.0.1:8080/identity")) == expected)
    }

    @Test("are there for the issuer's host alone, unless that is this machine")
    func hosts() throws {
        let endpoints = try Self.endpoints(issuer: "https://ID.example.com:8443/identity")
        #expect(Self.find("/identity/jwks", host: "id.example.com", endpoints) == .endpoint(.jwks))
        #expect(Self.find("/identity/jwks", host: "other.example.com", endpoints) == .none)
        let literal = try Self.endpoints(issuer: "https://[2001:DB8::1]:8443/identity")
        #expect(Self.find("/identity/jwks", host: "[2001:db8::1]", literal) == .endpoint(.jwks))
        let local = try Self.endpoints(issuer: "http://127.0.0.1:8080/identity")
        #expect(Self.find("/identity/jwks", host: "other.example.com", local) == .endpoint(.jwks))
    }

    @Test(
        "say which methods they know",
        arguments: [(Endpoint.token, HTTP.Method.get), (.jwks, .post), (.login, .delete)]
    )
    func methods(_ endpoint: Endpoint, _ method: HTTP.Method) throws {
        let endpoints = try Self.endpoints(issuer: "http://127.0.0.1/identity")
        let call = EndpointCall(EndpointRequest(method: method, requestID: "r"), to: endpoint, now: Self.start)
        let answer = try #require(endpoints.answer(call))
        #expect(answer.status == 405)
        #expect(answer.fields.contains { "\($0.name)" == "Allow" && $0.value == endpoint.allow })
    }

    @Test("leave HEAD to what nobody decides at: a page would give its code away", arguments: Endpoint.allCases)
    func head(_ endpoint: Endpoint) throws {
        let endpoints = try Self.endpoints(issuer: "http://127.0.0.1/identity")
        let call = EndpointCall(EndpointRequest(method: .head, requestID: "r"), to: endpoint, now: Self.start)
        let takers: [Endpoint] = [.openIDConfiguration, .authorizationServerMetadata, .jwks, .openAPI, .userinfo]
        #expect((endpoints.answer(call)?.status != 405) == takers.contains(endpoint))
        #expect(endpoint.allow.contains("HEAD") == takers.contains(endpoint))
    }

    @Test("refuse a request with two lines of a field that is one", arguments: [Endpoint.token, .jwks, .authorize])
    func repeatedField(_ endpoint: Endpoint) throws {
        let endpoints = try Self.endpoints(issuer: "http://127.0.0.1/identity")
        var request = EndpointRequest(method: .get, requestID: "r")
        request.repeatsField = true
        #expect(endpoints.answer(EndpointCall(request, to: endpoint, now: Self.start))?.status == 400)
    }

    private func tokenCall(_ body: String, secret: RandomSecret) -> EndpointCall {
        var request = EndpointRequest(method: .post, requestID: "r")
        request.contentType = "application/x-www-form-urlencoded; charset=UTF-8"
        request.body = Array((body + "&client_id=worker&client_secret=\(secret.text)").utf8)
        return EndpointCall(request, to: .token, now: Self.start)
    }

    @Test("give a client of the policy its token at once, with one audience and a name of its own (AS11, AS17)")
    func clientCredentials() throws {
        let secret = RandomSecret()
        let endpoints = try Self.endpoints(issuer: "http://127.0.0.1/identity") { settings in
            var client = Client(name: "worker", authentication: .secret(secret.digest))
            client.grants = [.clientCredentials]
            client.scopes = ["items:read", "items:write"]
            settings.clients = [client]
        }
        let call = self.tokenCall("grant_type=client_credentials&scope=items%3Aread", secret: secret)
        let answer = try #require(endpoints.answer(call))
        #expect(answer.status == 200)
        let json = try JSONValue(parsing: answer.body.span)
        #expect(json["token_type"] == "Bearer")
        #expect(json["expires_in"] == 600)
        #expect(json["scope"] == "items:read")
        let token = Array(try #require(json["access_token"]?.string).utf8)
        let payload = Base64URL.decode(Array(token.split(separator: UInt8(ascii: "."))[1]).span)
        let decoded = try #require(payload)
        let claims = try JSONValue(parsing: decoded.span)
        #expect(claims["sub"] == "client:worker")
        #expect(claims["aud"] == "items-api")
        #expect(claims["client_id"] == "worker")
        #expect(claims["iss"] == "http://127.0.0.1/identity")
        #expect(claims["exp"] == .integer(Self.start.seconds + 600))
        let wrong = self.tokenCall("grant_type=client_credentials", secret: RandomSecret())
        #expect(try #require(endpoints.answer(wrong)).status == 401)
        let wider = self.tokenCall("grant_type=client_credentials&scope=items%3Aadmin", secret: secret)
        #expect(try #require(endpoints.answer(wider)).status == 400)
    }
}
