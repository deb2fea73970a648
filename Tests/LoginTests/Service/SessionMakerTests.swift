import JOSE
import Telemetry
import Testing

@testable import Login

/// A policy that keeps a provider's name, and means another one by it.
enum ProviderChange: String, CaseIterable {
    case issuer, client, kind

    func callAsFunction(_ settings: inout LoginSettings) {
        switch self {
        case .issuer: settings.providers[0].kind = .issuer("https://elsewhere.example", preset: nil)
        case .client: settings.providers[0].clientID = "another"
        case .kind: settings.providers[0].kind = .github
        }
    }

    var settings: LoginSettings {
        var settings = SessionFixture.settings()
        self(&settings)
        return settings
    }
}

@Suite("Sessions are of the issuer and the client that made them")
struct SessionMakerTests {
    private static let stores: [SessionSettings.Store] = [.cookie, .state]

    @Test("one whose provider's name means another now is over", arguments: ProviderChange.allCases)
    func over(_ change: ProviderChange) throws {
        let session = SessionFixture.session()
        let lines = try #require(
            SessionFixture.kit().lines(giving: session, at: SessionFixture.start, replacing: 0)
        )
        #expect(SessionFixture.reader().read(CookieJar(lines)).session != nil)
        #expect(SessionFixture.reader(SessionFixture.kit(change.settings)).read(CookieJar(lines)).isUnusable)
    }

    @Test("what else the policy says of a provider ends none")
    func same() {
        var settings = SessionFixture.settings().providers[0]
        settings.authentication = .secret(Redacted("another"))
        settings.kind = .issuer("https://login.example.com", preset: .keycloak)
        settings.allow.groups = ["staff"]
        settings.scopes = ["openid"]
        #expect(settings.made(SessionFixture.session()))
    }

    @Test("GitHub elsewhere is another one")
    func github() {
        var settings = ProviderSettings(name: "hub", kind: .github, clientID: "c", authentication: .embedded)
        let session = Session(of: SessionFixture.identity(), provider: "hub", maker: settings.maker, at: 0)
        #expect(settings.made(session))
        settings.endpoints = .github
        #expect(settings.made(session))
        settings.endpoints?.api = "https://github.example/api"
        #expect(!settings.made(session))
    }

    @Test(
        "one of an earlier version of the gateway is held to what its ID token says",
        arguments: [
            ("https://login.example.com", "gateway", true),
            ("https://login.example.com", ["account", "gateway"], true),
            ("https://login.example.com", "another", false), ("https://login.example.com", [], false),
            ("https://elsewhere.example", "gateway", false), (.null, "gateway", false),
        ] as [(JSONValue, JSONValue, Bool)]
    )
    func former(_ issuer: JSONValue, _ audience: JSONValue, _ isKept: Bool) {
        let identity = SessionFixture.identity([
            JSONMember(name: "iss", value: issuer), JSONMember(name: "aud", value: audience),
        ])
        let session = Session(of: identity, provider: "corp", maker: nil, at: SessionFixture.start)
        #expect(SessionFixture.settings().providers[0].made(session) == isKept)
    }

    @Test("B6: a provider that has only the name of another gets nothing of its sessions", arguments: stores)
    func nothing(_ store: SessionSettings.Store) throws {
        for change in ProviderChange.allCases {
            let bench = try ServiceBench(store)
            bench.reload { change(&$0) }
            let answer = bench.refresh()
            #expect(bench.run { answer.outcome != nil })
            #expect(answer.isEnded, "\(change)")
            #expect(try bench.ask(.userInfo).status == 401)
            #expect(try bench.ask(.signOut).status == 200)
            #expect(try bench.ask(.signOut, .post).status == 200)
            let other = try #require(bench.providers.last)
            #expect(bench.providers.count == 2)
            #expect(other.calls == 0 && other.revoked.isEmpty && other.signedOut.isEmpty, "\(change)")
        }
    }

    @Test("RP4: a code goes to the issuer that the browser was sent to, and to none that has taken its name")
    func code() throws {
        let bench = try ServiceBench()
        #expect(try bench.ask(.start, query: "provider=corp&rd=/app").status == 302)
        let request = try #require(bench.providers[0].begun.first)
        bench.reload { ProviderChange.issuer(&$0) }
        #expect(try bench.ask(.callback, query: "code=c&state=\(request.state)").status == 400)
        #expect(bench.providers.allSatisfy { $0.finishing.isEmpty })
    }

    @Test("RP4: a response whose provider is there no more is spent all the same")
    func spent() throws {
        let bench = try ServiceBench()
        #expect(try bench.ask(.start, query: "provider=corp&rd=/app").status == 302)
        let query = "code=c&state=\(try #require(bench.providers[0].begun.first).state)"
        bench.reload { ProviderChange.issuer(&$0) }
        #expect(try bench.ask(.callback, query: query).status == 400)
        bench.reload { $0 = SessionFixture.settings() }
        let again = bench.begin(.callback, query: query)
        #expect(bench.run { again.latest != nil || !bench.providers[2].finishing.isEmpty })
        #expect(bench.providers[2].finishing.isEmpty)
    }

    @Test("RP4: nobody is signed in as a person of an issuer that went away meanwhile")
    func meanwhile() throws {
        let bench = try ServiceBench()
        #expect(try bench.ask(.start, query: "provider=corp&rd=/app").status == 302)
        let request = try #require(bench.providers[0].begun.first)
        let answer = bench.begin(.callback, query: "code=c&state=\(request.state)")
        #expect(bench.run { bench.providers[0].finishing.count == 1 })
        bench.reload { ProviderChange.issuer(&$0) }
        bench.providers[0].finishing[0](.success(SessionFixture.identity()))
        #expect(bench.run { answer.latest != nil })
        #expect(answer.latest?.status == 400)
        #expect(bench.providers[0].revoked == [SessionFixture.identity()] && bench.providers[1].revoked.isEmpty)
        #expect(try bench.ask(.userInfo).status == 401)
    }

    @Test("B6: what a provider still answers after a reload goes to nobody", arguments: stores)
    func late(_ store: SessionSettings.Store) throws {
        let bench = try ServiceBench(store)
        let answer = bench.refresh()
        #expect(bench.run { bench.providers[0].waiting.count == 1 })
        bench.reload { ProviderChange.issuer(&$0) }
        bench.providers[0].answer(token: "the-next")
        #expect(bench.run { answer.outcome != nil })
        #expect(answer.isEnded)
        let again = bench.refresh()
        #expect(bench.run { again.outcome != nil })
        #expect(again.isEnded)
        #expect(bench.providers[1].calls == 0 && bench.providers[1].revoked.isEmpty)
    }
}
