import SharedState
import Telemetry
import Testing
import Transport

@testable import Doctor

@Suite("What Redis tells of itself")
struct StateFindingsTests {
    private static func judge(_ url: String = "redis://gateway:made-up@127.0.0.1:6379/0") throws -> StateFindings {
        StateFindings(settings: try StateSettings(url: url))
    }

    private static func report(_ version: String? = "7.0.15", _ policy: String? = "noeviction") -> StateReport {
        var report = StateReport()
        (report.version, report.evictionPolicy, report.roundTrip) = (version, policy, 412)
        return report
    }

    @Test("is that all is well, without the password")
    func well() throws {
        #expect(
            try Self.judge().found(Self.report()) == [
                .ok(.state, "redis://127.0.0.1:6379/0: Redis 7.0.15, written and read, under 1 ms")
            ]
        )
        let secure = try Self.judge("rediss://127.0.0.1:6379/0").found(Self.report())
        #expect(secure.map(\.text) == ["rediss://127.0.0.1:6379/0: Redis 7.0.15, TLS, written and read, under 1 ms"])
    }

    @Test(
        "is a failure when it is too old, and a warning when it drops what it has or says nothing",
        arguments: [
            ("5.0.14", "noeviction", [.failure]), ("6.0.0", "noeviction", [.ok]), ("10.1.0", "noeviction", [.ok]),
            ("7.0.15", "allkeys-lru", [.ok, .warning]), (nil, nil, [.ok, .warning]),
        ] as [(String?, String?, [Finding.Verdict])]
    )
    func judged(_ version: String?, _ policy: String?, _ verdicts: [Finding.Verdict]) throws {
        #expect(try Self.judge().found(Self.report(version, policy)).map(\.verdict) == verdicts)
    }

    @Test("is a warning when its clock is another, and never a failure", arguments: [(31, 2), (30, 1), (-90_000, 2)])
    func clock(_ ahead: Int64, _ count: Int) throws {
        var report = Self.report()
        let now: Int64 = 1_700_000_000
        report.clock = StateReport.Clock(seconds: now + ahead, asked: now * 1000, answered: now * 1000)
        let findings = try Self.judge().found(report)
        #expect(findings.count == count && findings.allSatisfy { $0.verdict != .failure })
    }

    @Test(
        "or why it tells nothing, with what to do about it",
        arguments: [
            (.name, "spelt right"), (.connection, "whether Redis runs there"), (.credentials, "with its ACL"),
            (.tls(.expired), "renew its certificate"), (.tls(.unknownAuthority), "SSL_CERT_FILE"),
            (.tls(nil), "`tls-port`"),
            (.master, "the sentinels"), (.refused, "Redis 6 or newer"), (.silence, "overloaded"),
        ] as [(StateTrouble.Cause, String)]
    )
    func troubles(_ cause: StateTrouble.Cause, _ remedy: String) throws {
        let finding = try #require(try Self.judge().failed(StateTrouble(cause, "it was so")).first)
        #expect(finding.verdict == .failure && finding.text == "redis://127.0.0.1:6379/0: it was so")
        #expect(finding.remedy?.contains(remedy) == true)
    }

    @Test(
        "or what to do about it, in the words of its kind of address",
        arguments: [
            ("unix:/run/redis.sock", .connection, "with this path as its `unixsocket`"),
            ("unix:/run/redis.sock", .silence, "whether it is Redis"),
            ("redis+cluster://127.0.0.1:6379", .silence, "for one server alone the URL begins with redis://"),
            ("redis+cluster://127.0.0.1:6379", .connection, "whether Redis runs there"),
        ] as [(String, StateTrouble.Cause, String)]
    )
    func addresses(_ url: String, _ cause: StateTrouble.Cause, _ remedy: String) throws {
        let finding = try Self.judge(url).failed(StateTrouble(cause, "it was so"))
        #expect(finding[0].remedy?.contains(remedy) == true)
    }

    @Test("is that its port may be one without TLS when it says nothing to a handshake")
    func silentHandshake() throws {
        let finding = try Self.judge("rediss://127.0.0.1:6379/0").failed(
            StateTrouble(.silence, "no connection in time")
        )
        #expect(finding[0].remedy?.contains("`tls-port`") == true)
    }
}
