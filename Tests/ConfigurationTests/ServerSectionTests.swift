import Gateway
import Testing

@testable import Configuration

@Suite("server")
struct ServerSectionTests {
    @Test("takes every key")
    func all() {
        var expected = ServerProcessSettings()
        expected.workers = 4
        expected.drainDelay = .zero
        expected.drainTimeout = .milliseconds(1500)
        expected.limits.connections = 5
        expected.limits.headerBytes = 16_384
        expected.limits.headerCount = 50
        expected.limits.targetBytes = 4000
        expected.limits.tokenBytes = 2048
        expected.timeouts.header = .seconds(1)
        expected.timeouts.bodyIdle = .seconds(120)
        expected.timeouts.writeIdle = .seconds(3)
        expected.timeouts.keepAlive = .seconds(4)
        expected.timeouts.tunnelIdle = .seconds(86_400)
        let settings = PolicyFixture.settings(
            """
            server:
              workers: 4
              drain_delay: 0s
              drain_timeout: 1500ms
              limits: { connections: 5, header_bytes: 16KiB, header_count: 50, target_bytes: 4kB, token_bytes: 2048 }
              timeouts: { header: 1s, body_idle: 2m, write_idle: 3s, keep_alive: 4s, tunnel_idle: 1d }
            """
        )
        #expect(settings?.server == expected)
    }

    @Test(
        "may be left out, as a whole and in part",
        arguments: ["", "server: { workers: auto }", "server: { limits: {} }"]
    )
    func defaults(_ snippet: String) {
        #expect(PolicyFixture.settings(snippet)?.server == ServerProcessSettings())
    }

    @Test(
        "says what is wrong",
        arguments: [
            ("server: []", "1:9: error: server: expected keys and values, found a list"),
            ("server: 3", "1:9: error: server: expected keys and values, found \"3\""),
            ("server:", "1:8: error: server: has no value; leave the key out, or give it one"),
            ("server: { wokers: 3 }", "1:11: error: server.wokers: unknown key; did you mean `workers`?"),
            ("server: { colour: 3 }", "1:11: error: server.colour: unknown key"),
            (
                "server: { workers: 0 }",
                "1:20: error: server.workers: expected `auto` or a whole number from 1 to 1024, found \"0\""
            ),
            (
                "server: { workers: [1] }",
                "1:20: error: server.workers: expected `auto` or a whole number from 1 to 1024, found a list"
            ),
            ("server: { workers: }", "1:20: error: server.workers: has no value; leave the key out, or give it one"),
            (
                "server: { drain_delay: 5 }",
                "1:24: error: server.drain_delay: expected a duration such as `250ms`, `30s`, `10m`, `12h` or `30d`, found \"5\""
            ),
            (
                "server: { drain_delay: -5s }",
                "1:24: error: server.drain_delay: expected a duration such as `250ms`, `30s`, `10m`, `12h` or `30d`, found \"-5s\""
            ),
            (
                "server: { timeouts: { header: 0s } }",
                "1:31: error: server.timeouts.header: must be longer than no time"
            ),
            (
                "server: { limits: { header_bytes: 8Kb } }",
                "1:35: error: server.limits.header_bytes: expected a size such as `512B`, `8KiB` or `10MB`, found \"8Kb\""
            ),
            (
                "server: { limits: { header_bytes: 2MiB } }",
                "1:35: error: server.limits.header_bytes: must be from 1KiB to 1MiB"
            ),
            (
                "server: { limits: { token_bytes: 1 } }",
                "1:34: error: server.limits.token_bytes: must be from 64B to 1MiB"
            ),
            (
                "server: { limits: { header_count: many } }",
                "1:35: error: server.limits.header_count: expected a whole number from 8 to 1000, found \"many\""
            ),
            (
                "server: { limits: { connections: \"5\" } }",
                "1:34: error: server.limits.connections: expected a whole number from 1 to 10000000, found \"5\""
            ),
        ]
    )
    func wrong(_ snippet: String, _ expected: String) {
        #expect(PolicyFixture.problems(snippet) == [expected])
    }

    @Test(
        "reads durations",
        arguments: [
            ("250ms", Duration.milliseconds(250)), ("0s", .zero), ("90s", .seconds(90)), ("10m", .seconds(600)),
            ("12h", .seconds(43_200)), ("30d", .seconds(2_592_000)), ("007s", .seconds(7)),
            ("36500d", .seconds(3_153_600_000)),
        ]
    )
    func durations(_ text: String, _ duration: Duration) {
        #expect(PolicyReader.duration(text) == duration)
    }

    @Test(
        "refuses what is no duration",
        arguments: [
            "", "s", "5", "5 s", "5S", "5sec", "1.5h", "1h30m", "+5s", "-5s", "36501d", "99999999999999999999s",
            "9223372036854775807d", "５s",
        ]
    )
    func noDurations(_ text: String) {
        #expect(PolicyReader.duration(text) == nil)
    }

    @Test(
        "reads sizes",
        arguments: [
            ("0", UInt64(0)), ("512", 512), ("512B", 512), ("8KiB", 8192), ("8kB", 8000), ("8KB", 8000),
            ("10MB", 10_000_000),
            ("1MiB", 1_048_576), ("1GB", 1_000_000_000), ("2GiB", 2_147_483_648),
        ]
    )
    func sizes(_ text: String, _ size: UInt64) {
        #expect(PolicyReader.size(text) == size)
    }

    @Test(
        "refuses what is no size",
        arguments: ["", "KiB", "8Kb", "8 KiB", "8k", "1.5MB", "-1", "9223372036854775807GiB"]
    )
    func noSizes(_ text: String) {
        #expect(PolicyReader.size(text) == nil)
    }
}
