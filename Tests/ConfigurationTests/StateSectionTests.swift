import SharedState
import Testing

@testable import Configuration

@Suite("state")
struct StateSectionTests {
    private static func settings(_ state: String) -> StateSettings? {
        PolicyFixture.settings("state: \(state)")?.state
    }

    private static func problems(_ state: String) -> [String] {
        PolicyFixture.problems("state: \(state)").map(ServerFixture.withoutColumn)
    }

    @Test("names a server, and denies what cannot be counted unless it says otherwise")
    func takes() throws {
        let plain = try #require(Self.settings("{ url: \"redis://127.0.0.1:6380/2\" }"))
        #expect("\(plain)" == "redis://127.0.0.1:6380/2")
        #expect(plain.onFailure == .deny)
        let lenient = try #require(Self.settings("{ url: \"redis+sentinel://a,b/main\", on_failure: allow }"))
        #expect("\(lenient)" == "redis+sentinel://a:26379,b:26379/main/0")
        #expect(lenient.onFailure == .allow)
        #expect(PolicyFixture.settings("")?.state == nil)
    }

    @Test(
        "says what is wrong, and never quotes a URL",
        arguments: [
            ("{}", "error: state: `url` is missing; where Redis is, such as `redis://127.0.0.1:6379/0`"),
            (
                "{ url: \"redis://:hidden@a/x\" }",
                "error: state.url: the database must be a number from 0 to 65535; a cluster has 0 alone"
            ),
            (
                "{ url: \"redis://a\", on_failure: open }",
                "error: state.on_failure: expected one of `deny`, `allow`, found \"open\""
            ),
            ("{ url: \"redis://a\", timeout: 1s }", "error: state.timeout: unknown key"),
        ]
    )
    func refuses(_ state: String, _ expected: String) {
        #expect(Self.problems(state) == [expected])
    }

    @Test("warns of a password that others on the way can read")
    func clearPassword() {
        let warning = "warning: state.url: the password travels unencrypted; `rediss://` encrypts it"
        #expect(Self.problems("{ url: \"redis://:hidden@a\" }") == [warning])
        #expect(Self.problems("{ url: \"redis+cluster://:hidden@127.0.0.1,a\" }") == [warning])
        for url in ["rediss://:hidden@a", "redis://:hidden@localhost", "redis://:hidden@[::1]", "redis://a"] {
            #expect(Self.problems("{ url: \"\(url)\" }") == [])
        }
    }

    @Test("sessions may be kept without it, by this process alone")
    func absent() {
        let keys = "session: { store: state, keys: \(LoginFixture.key) }"
        let warning =
            "there is no `state` at the top of this policy: sessions are kept by this process alone, and end with it"
        #expect(LoginFixture.problems(keys) == ["warning: login.session.store: \(warning)"])
        #expect(LoginFixture.problems(keys, before: "state: { url: \"redis://127.0.0.1\" }") == [])
    }
}
