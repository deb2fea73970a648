import JOSE
import LogReading
import Telemetry
import Testing

@testable import Login

@Suite("Groups in Microsoft Entra")
struct EntraTests {
    private static let path = "/v1.0/me/transitiveMemberOf/microsoft.graph.group"

    /// Somebody with more groups than a token takes.
    private static func bench(log: OperationalLog = OperationalLog(fileDescriptor: -1)) throws -> ProviderBench {
        let bench = try ProviderBench(log: log) { origin in
            var settings = ProviderBench.settings(origin, preset: .entra)
            settings.endpoints = .init(web: origin, api: origin)
            return settings
        }
        bench.change = { claims in
            claims.with("_claim_names", ["groups": "src1"])
                .with("_claim_sources", ["src1": ["endpoint": "http://169.254.169.254/groups"]])
        }
        return bench
    }

    private static func page(_ identifiers: [String], next: String? = nil) -> ProviderServer.Reply {
        let page: JSONValue = ["value": .array(identifiers.map { ["id": .string($0)] })]
        return .json(page.with("@odata.nextLink", next.map(JSONValue.string)))
    }

    @Test("that are in the token are not asked for")
    func inside() throws {
        let bench = try Self.bench()
        bench.change = { $0.with("groups", ["a"]) }
        #expect(try bench.finish().get().claims["groups"] == ["a"])
        #expect(bench.server.asked(Self.path).isEmpty)
    }

    @Test("and user info, which has less than the token, is not asked for")
    func userInfo() throws {
        let bench = try Self.bench()
        bench.change = { $0.with("groups", ["a"]).with("name", nil).with("email_verified", nil) }
        #expect(try bench.finish().get().claims["name"] == nil)
        #expect(bench.server.asked("/userinfo").isEmpty)
    }

    @Test("that are too many are asked for, and not where the token says", arguments: [false, true])
    func overage(_ isShort: Bool) throws {
        let bench = try Self.bench()
        if isShort { bench.change = { $0.with("hasgroups", true) } }
        let more = "\(bench.origin)\(Self.path)?$skiptoken=1"
        bench.server.replies[Self.path] = { request in
            request.query.contains("skiptoken") ? Self.page(["c"]) : Self.page(["a", "b"], next: more)
        }
        #expect(try bench.finish().get().claims["groups"] == ["a", "b", "c"])
        let requests = bench.server.asked(Self.path)
        #expect(requests.first?.query == "$select=id&$top=999")
        #expect(requests.allSatisfy { $0.field("Authorization") == "Bearer opaque-access" })
    }

    @Test(
        "that Graph does not tell are none: a list of allowed groups then lets nobody in",
        arguments: [401, 403] as [UInt16]
    )
    func refused(_ status: UInt16) throws {
        let bench = try Self.bench()
        bench.server.replies[Self.path] = { _ in .json(["error": ["code": "Forbidden"]], status: status) }
        let identity = try bench.finish().get()
        #expect(identity.claims["groups"] == nil)
        var allow = AllowSettings()
        allow.groups = ["a"]
        #expect(!allow.admits(identity))
    }

    @Test("that Graph does not tell are told of in the log, and not whose they are")
    func report() throws {
        let said = try ReadableLog()
        let bench = try Self.bench(log: said.log)
        bench.server.replies[Self.path] = { _ in Self.page(["a"]) }
        #expect(try bench.finish().get().claims["groups"] == ["a"])
        bench.server.replies[Self.path] = { _ in .json(["error": ["code": "Forbidden"]], status: 403) }
        #expect(try bench.finish().failure == nil)
        let lines = try said.lines()
        #expect(lines.map { $0["event"] } == ["groups_unknown"])
        #expect(lines.first?["provider"] == "corp" && lines.first?["level"] == "warning")
        #expect(lines.first?.members?.map(\.name).sorted() == ["event", "level", "message", "provider", "time"])
        #expect(lines.first?["message"]?.string?.contains("frodo") == false)
    }

    @Test("that have no end are none")
    func endless() throws {
        let bench = try Self.bench()
        let more = "\(bench.origin)\(Self.path)?$skiptoken=1"
        bench.server.replies[Self.path] = { _ in Self.page(["a"], next: more) }
        #expect(try bench.finish().get().claims["groups"] == nil)
        #expect(bench.server.asked(Self.path).count == 5)
    }

    @Test(
        "B5: are not asked for elsewhere, whatever a page says",
        arguments: ["http://127.0.0.1:1/groups", "https://evil.test/", "http://localhost/", "nowhere"]
    )
    func elsewhere(_ next: String) throws {
        let bench = try Self.bench()
        bench.server.replies[Self.path] = { _ in Self.page(["a"], next: next) }
        #expect(try bench.finish().failure?.kind == "invalid")
    }

    @Test("that cannot be had now end the sign-in for now")
    func unavailable() throws {
        let bench = try Self.bench()
        bench.server.replies[Self.path] = { _ in .text("", status: 503) }
        #expect(try bench.finish().failure?.kind == "unavailable")
    }
}
