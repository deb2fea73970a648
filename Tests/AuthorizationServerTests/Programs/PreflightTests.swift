import HTTP
import Stores
import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("A preflight")
struct PreflightTests {
    private let bench: EndpointBench

    init() throws { self.bench = try EndpointBench { $0.allowsRegistration = true } }

    private func ask(_ endpoint: Endpoint, from origin: String) -> EndpointAnswer {
        self.bench.answer(
            self.bench.request(.options, endpoint) { request in
                request.origin = origin
                request.requestedMethod = "POST"
            }
        )
    }

    @Test(
        "AS15: of what clients' pages send is answered for the origins of clients",
        arguments: [Endpoint.token, .revoke, .userinfo],
        ["https://docs.example.com", "http://127.0.0.1:8080", "https://site.example.com"]
    )
    func clients(_ endpoint: Endpoint, _ origin: String) {
        let answer = self.ask(endpoint, from: origin)
        #expect(answer.status == 204)
        #expect(answer["Access-Control-Allow-Origin"] == origin)
        #expect(answer["Access-Control-Allow-Methods"] == endpoint.allow)
        #expect(answer["Access-Control-Allow-Headers"] == "authorization, content-type, dpop")
        #expect(answer["Access-Control-Max-Age"] == "600")
        #expect(answer["Access-Control-Allow-Credentials"] == nil)
        #expect(answer["Vary"] == "Origin")
    }

    @Test(
        "AS15: is answered for no other origin",
        arguments: [
            "https://evil.example", "http://docs.example.com", "https://docs.example.com:8443", "null", "*", "",
        ]
    )
    func strangers(_ origin: String) {
        let answer = self.ask(.token, from: origin)
        #expect(answer.status == 405)
        #expect(answer["Access-Control-Allow-Origin"] == nil)
        #expect(answer["Vary"] == "Origin")
    }

    @Test(
        "AS15: is answered for the origin that browsers send of a redirect URI with its scheme's own port",
        arguments: [
            ("https://shop.example.com:443/callback", "https://shop.example.com", true),
            ("http://127.0.0.1:80/callback", "http://127.0.0.1", true),
            ("http://[::1]:0080/callback", "http://[::1]", true),
            ("https://shop.example.com:/callback", "https://shop.example.com", true),
            ("https://shop.example.com:443/callback", "https://shop.example.com:443", false),
            ("https://shop.example.com:80/callback", "https://shop.example.com", false),
            ("https://shop.example.com:80/callback", "https://shop.example.com:80", true),
        ]
    )
    func ownPort(_ redirect: String, _ origin: String, _ isAnswered: Bool) throws {
        var record = ClientRecord(name: "shop", origin: .command, created: self.bench.now)
        record.redirectURIs = [redirect]
        #expect(try self.bench.store.addClient(record))
        #expect(self.ask(.token, from: origin)["Access-Control-Allow-Origin"] == (isAnswered ? origin : nil))
        let call = self.bench.request(.post, .token) { $0.origin = origin }
        let answer = EndpointAnswer(status: 200).shared(with: Client(record), call.request)
        #expect(answer["Access-Control-Allow-Origin"] == (isAnswered ? origin : nil))
    }

    @Test("AS15: is answered for clients of the store, within a second")
    func storedClients() throws {
        #expect(self.ask(.token, from: "https://new.example.com").status == 405)
        var record = ClientRecord(name: "new", origin: .command, created: self.bench.now)
        record.redirectURIs = ["com.example.new:/callback", "https://new.example.com/callback"]
        #expect(try self.bench.store.addClient(record))
        self.bench.now = EndpointBench.start + .seconds(1)
        #expect(
            self.ask(.token, from: "https://new.example.com")["Access-Control-Allow-Origin"]
                == "https://new.example.com"
        )
        _ = try self.bench.store.removeClient(named: "new", at: self.bench.now)
        self.bench.now = EndpointBench.start + .seconds(2)
        #expect(self.ask(.token, from: "https://new.example.com").status == 405)
    }

    @Test(
        "AS15: of a document is answered for everybody",
        arguments: Endpoint.allCases.filter { $0.sharing == .everybody }
    )
    func documents(_ endpoint: Endpoint) {
        #expect(self.ask(endpoint, from: "https://evil.example")["Access-Control-Allow-Origin"] == "*")
    }

    @Test(
        "AS15: of pages, and of what browsers have no business with, is answered for nobody",
        arguments: Endpoint.allCases.filter { $0.sharing == .nobody }
    )
    func nobody(_ endpoint: Endpoint) {
        let answer = self.ask(endpoint, from: "https://docs.example.com")
        #expect(answer.status == 405)
        #expect(answer.fields.allSatisfy { !"\($0.name)".hasPrefix("Access-Control") })
    }

    @Test("needs the field that makes it one")
    func options() {
        let answer = self.bench.answer(
            self.bench.request(.options, .token) { $0.origin = "https://docs.example.com" }
        )
        #expect(answer.status == 405)
        #expect(answer["Allow"] == "POST")
    }
}
