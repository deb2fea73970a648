import Bytes
import Telemetry
import Testing
import Upstreams

@testable import SharedState

@Suite("The URL of the shared state")
struct StateSettingsTests {
    private static let local = ServerAddress.ip(IPAddress(ipv4: 0x7f00_0001), port: 6379)

    private static func credentials(_ user: String, _ password: String) -> StateSettings.Credentials {
        StateSettings.Credentials(user: user, password: Redacted(password))
    }

    private static let examples: [(String, StateSettings)] = [
        ("redis://127.0.0.1", StateSettings(topology: .single(local))),
        ("redis://127.0.0.1:6379/0", StateSettings(topology: .single(local))),
        ("redis://127.0.0.1/15", StateSettings(topology: .single(local), database: 15)),
        (
            "rediss://Cache.Example:6380/",
            StateSettings(topology: .single(.name("cache.example", port: 6380)), usesTLS: true)
        ),
        ("redis://[::1]:7000", StateSettings(topology: .single(.ip(IPAddress("::1")!, port: 7000)))),
        (
            "redis://:p%40ss@127.0.0.1",
            StateSettings(topology: .single(local), credentials: credentials("default", "p@ss"))
        ),
        ("redis://me:p%3Aw@127.0.0.1", StateSettings(topology: .single(local), credentials: credentials("me", "p:w"))),
        (
            "redis+sentinel://a,b:26380/main/2",
            StateSettings(
                topology: .sentinel([.name("a", port: 26379), .name("b", port: 26380)], master: "main"),
                database: 2
            )
        ),
        (
            "rediss+sentinel://:pw@a/my-master_1.x",
            StateSettings(
                topology: .sentinel([.name("a", port: 26379)], master: "my-master_1.x"),
                usesTLS: true,
                credentials: credentials("default", "pw")
            )
        ),
        (
            "redis+cluster://a:7000,127.0.0.1",
            StateSettings(topology: .cluster([.name("a", port: 7000), local]))
        ),
        ("unix:/run/redis.sock", StateSettings(topology: .single(.unix(path: "/run/redis.sock")))),
        ("unix:/run/redis.sock?db=3", StateSettings(topology: .single(.unix(path: "/run/redis.sock")), database: 3)),
    ]

    @Test("is read", arguments: examples)
    func accepted(_ url: String, _ settings: StateSettings) throws {
        #expect(try StateSettings(url: url) == settings)
    }

    @Test(
        "is refused with the part that is wrong",
        arguments: [
            ("", .scheme), ("http://a", .scheme), ("REDIS://a", .scheme), ("redis:a", .scheme),
            ("redis://", .server), ("redis://a:0", .server), ("redis://a:70000", .server), ("redis://a b", .server),
            ("redis://[::1", .server), ("redis://a/0?x=1", .database), ("redis://a,,b", .server),
            ("redis://a,b", .servers), ("redis://a/x", .database), ("redis://a/-1", .database),
            ("redis://a/65536", .database), ("redis+cluster://a/1", .database),
            ("redis+sentinel://a", .masterName), ("redis+sentinel://a/", .masterName),
            ("redis+sentinel://a/m%20n", .masterName), ("redis+sentinel://a/m/x", .database),
            ("redis://pw@a", .credentials), ("redis://u:@a", .credentials), ("redis://u:p%4@a", .credentials),
            ("redis://u:p%ff@a", .credentials), ("redis://u:p:w@a", .credentials), ("redis://u:p@w@a", .credentials),
            ("unix:run.sock", .path), ("unix:/run.sock?x=1", .path),
            ("unix:/" + String(repeating: "a", count: 107), .path),
            ("redis://" + String(repeating: "a", count: 8192), .tooLong),
        ] as [(String, StateURLProblem)]
    )
    func refused(_ url: String, _ problem: StateURLProblem) {
        #expect(throws: problem) { try StateSettings(url: url) }
    }

    @Test("takes as many servers as are allowed, and no more")
    func serverCount() throws {
        func url(_ count: Int) -> String { "redis+cluster://" + (0..<count).map { "h\($0)" }.joined(separator: ",") }
        _ = try StateSettings(url: url(StateSettings.maximumServers))
        #expect(throws: StateURLProblem.servers) { try StateSettings(url: url(StateSettings.maximumServers + 1)) }
    }

    @Test("never shows the password", arguments: ["redis", "rediss", "redis+cluster"])
    func description(_ scheme: String) throws {
        let settings = try StateSettings(url: "\(scheme)://me:hidden@cache.example")
        #expect("\(settings)".hasPrefix("\(scheme)://cache.example:6379"))
        var text = "\(settings) \(String(reflecting: settings))"
        dump(settings, to: &text)
        #expect(!text.contains("hidden"))
    }

    @Test("without a path is shown with the database it means")
    func shown() throws {
        #expect(
            try "\(StateSettings(url: "redis+sentinel://a,[::1]/main"))"
                == "redis+sentinel://a:26379,[::1]:26379/main/0"
        )
        #expect(try "\(StateSettings(url: "unix:/run/redis.sock"))" == "unix:/run/redis.sock")
    }
}
