import Bytes
import Cryptography
import Stores
import Testing

@testable import AuthorizationServer
@testable import Endpoints

/// Anybody can begin in the name of a public client.
@Suite("Room for what waits for a person")
struct RoomTests {
    let bench: EndpointBench

    init() throws { self.bench = try EndpointBench() }

    private func begin(from address: String) -> EndpointAnswer {
        self.bench.post(.deviceAuthorization, [("client_id", "tv")]) { $0.client = IPAddress(address) }
    }

    private func push(_ client: [(name: String, value: String)], to uri: String, from address: String) -> EndpointAnswer
    {
        let request = [
            (name: "response_type", value: "code"), ("redirect_uri", uri), ("code_challenge", Pkce.challenge),
            ("code_challenge_method", "S256"), ("scope", "openid"),
        ]
        return self.bench.post(.par, client + request) { $0.client = IPAddress(address) }
    }

    @Test("of devices cannot be taken by one network, which hears when it has some again")
    func devices() {
        for number in 0..<SQLiteAuthorizationStore.maximumFromSource {
            // One household is one network.
            #expect(self.begin(from: "2001:db8::\(String(number + 1, radix: 16))").status == 200)
        }
        self.bench.advance(by: .milliseconds(59_500))
        let answer = self.begin(from: "2001:db8::ffff")
        #expect(answer.status == 503)
        #expect(answer.error == "temporarily_unavailable")
        #expect(answer["Retry-After"] == "541")
        #expect(self.begin(from: "2001:db8:0:1::1").status == 200)
        self.bench.advance(by: .milliseconds(540_500))
        #expect(self.begin(from: "2001:db8::ffff").status == 200)
    }

    @Test("of pushed requests cannot be taken by one network, unless it is a confidential client's own")
    func pushedRequests() {
        let docs = [(name: "client_id", value: "docs")]
        let site = [(name: "client_id", value: "site"), ("client_secret", Client.siteSecret.text)]
        for _ in 1...SQLiteAuthorizationStore.maximumFromSource {
            #expect(self.push(docs, to: EndpointBench.redirect, from: "192.0.2.1").status == 201)
            #expect(self.push(site, to: "https://site.example.com/callback", from: "192.0.2.1").status == 201)
        }
        self.bench.advance(by: .seconds(30))
        let answer = self.push(docs, to: EndpointBench.redirect, from: "192.0.2.1")
        #expect(answer.status == 503)
        #expect(answer["Retry-After"] == "60")
        #expect(self.push(docs, to: EndpointBench.redirect, from: "192.0.2.2").status == 201)
        #expect(self.push(site, to: "https://site.example.com/callback", from: "192.0.2.1").status == 201)
    }
}
