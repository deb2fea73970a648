import Bytes
import Cryptography
import JOSE
import Stores
import Telemetry
import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("Tokens for machines, quickly")
struct QuickTokensTests {
    private let secret = RandomSecret()
    private let bench: EndpointBench

    init() throws {
        let digest = self.secret.digest
        self.bench = try EndpointBench { settings in
            var client = Client(name: "robot", authentication: .secret(digest))
            client.grants = [.clientCredentials]
            client.scopes = ["openid", "items:read", "items:write"]
            settings.clients = [client, Client(name: "idle", authentication: .secret(digest))]
        }
    }

    /// The answer's text; nil if the request is to go the usual way.
    private func quick(
        _ form: String,
        name: String = "robot",
        secret: String? = nil,
        contentType: String = "application/x-www-form-urlencoded",
        _ tokens: QuickTokens? = nil
    ) throws -> [UInt8]? {
        let basic = Array("\(name):\(secret ?? self.secret.text)".utf8)
        let authorization = Array("Basic \(Self.base64(basic))".utf8)
        let (type, body, address, id) = (
            Array(contentType.utf8), Array(form.utf8), Array("203.0.113.7".utf8), Array("r-1".utf8)
        )
        return (tokens ?? self.bench.worker.quickTokens).answer(
            authorization: authorization.span,
            contentType: type.span,
            body: body.span,
            from: IPAddress("203.0.113.7"),
            addressText: address.span,
            requestID: id.span,
            at: self.bench.now
        )
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let letters = Base64URL.encode(bytes).utf8.map { letter in
            letter == UInt8(ascii: "-") ? UInt8(ascii: "+") : letter == UInt8(ascii: "_") ? UInt8(ascii: "/") : letter
        }
        return String(decoding: letters, as: UTF8.self) + String(repeating: "=", count: (3 - bytes.count % 3) % 3)
    }

    private static func json(_ text: [UInt8]?) throws -> JSONValue {
        let text = try #require(text)
        return try JSONValue(parsing: text.span)
    }

    private func claims(_ answer: JSONValue) throws -> JSONValue {
        let token = Array(try #require(answer["access_token"]?.string).utf8)
        let payload = Base64URL.decode(Array(token.split(separator: UInt8(ascii: "."))[1]).span)
        let decoded = try #require(payload)
        return try JSONValue(parsing: decoded.span)
    }

    @Test(
        "say the same as the usual way",
        arguments: ["", "&scope=items%3Aread", "&scope=items:write+items%3Aread", "&scope=items:read%20openid"]
    )
    func same(_ wish: String) throws {
        let form = "grant_type=client_credentials\(wish)"
        let quick = try Self.json(self.quick(form))
        var request = EndpointRequest(method: .post, requestID: "r-1")
        request.contentType = "application/x-www-form-urlencoded"
        request.body = Array("\(form)&client_id=robot&client_secret=\(self.secret.text)".utf8)
        let answer = self.bench.answer(EndpointCall(request, to: .token, now: self.bench.now))
        let usual = try JSONValue(parsing: answer.body.span)
        for name in ["token_type", "expires_in", "scope"] { #expect(quick[name] == usual[name]) }
        let (mine, others) = (try self.claims(quick), try self.claims(usual))
        #expect(mine.members?.count == others.members?.count)
        for claim in others.members ?? [] where claim.name != "jti" {
            #expect(mine[claim.name] == claim.value, "\(claim.name)")
        }
        let name = try #require(mine["jti"]?.string)
        #expect(TokenName.grant(of: name)?.text.utf8.count == 22)
        #expect(name != others["jti"]?.string)
        let token = try #require(quick["access_token"]?.string)
        #expect(self.bench.reader.read(token, keys: self.bench.keys, at: self.bench.now) != nil)
    }

    @Test(
        "leave to the usual way what is not plain",
        arguments: [
            "grant_type=client_credentials&scope=items%3Aadmin", "grant_type=client_credentials&scope=",
            "grant_type=client_credentials&resource=https%3A%2F%2Fapi.example.com%2Forders",
            "grant_type=client_credentials&scope=a&scope=b", "grant_type=client_credentials&",
            "scope=items:read&grant_type=client_credentials", "grant_type=client_credential", "",
            "grant_type=client_credentials&scope=%zz",
        ]
    )
    func leaves(_ form: String) throws { #expect(try self.quick(form) == nil) }

    @Test("leave to the usual way who has not proven who they are, and who may not ask")
    func wrong() throws {
        let form = "grant_type=client_credentials"
        #expect(try self.quick(form, secret: RandomSecret().text) == nil)
        #expect(try self.quick(form, secret: "") == nil)
        #expect(try self.quick(form, name: "nobody") == nil)
        #expect(try self.quick(form, name: "idle") == nil)
        #expect(try self.quick(form, contentType: "application/json") == nil)
        for _ in 0..<5 {
            _ = self.bench.lockout.ended(
                .client("robot"),
                from: IPAddress("203.0.113.7"),
                succeeded: false
            )
        }
        #expect(try self.quick(form) == nil)
    }

    @Test("write the audit line that the usual way writes")
    func audit() throws {
        let answer = try self.quick("grant_type=client_credentials")
        #expect(answer != nil)
        let line = try #require(try self.bench.audit.lines().last)
        #expect(line["event"] == "token_issued")
        #expect(line["subject"] == "client:robot")
        #expect(line["client_id"] == "robot")
        #expect(line["client"] == "203.0.113.7")
        #expect(line["request_id"] == "r-1")
        #expect(line["grant_type"] == "client_credentials")
        #expect(line["scope"] == "items:read items:write")
    }

    @Test("name no scope where the client has none")
    func noScope() throws {
        self.bench.adopt { settings in
            for index in settings.clients.indices { settings.clients[index].scopes = [] }
        }
        let answer = try Self.json(self.quick("grant_type=client_credentials"))
        #expect(answer["access_token"] != nil && answer["scope"] == nil)
        #expect(try self.claims(answer)["scope"] == nil)
    }

    @Test("remember no more wishes than the bound")
    func bound() throws {
        let tokens = self.bench.worker.quickTokens
        for count in 1...PreparedClient.maximumAccesses * 2 {
            let wish = Array(repeating: "items:read", count: count).joined(separator: "+")
            let answer = try self.quick("grant_type=client_credentials&scope=\(wish)", tokens)
            #expect(try Self.json(answer)["scope"] == "items:read")
        }
    }
}
