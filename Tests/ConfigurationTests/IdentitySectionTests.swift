import Gateway
import OAuth
import Policy
import Testing

@testable import Configuration

@Suite("identity")
struct IdentitySectionTests {
    @Test("replaces the defaults key by key, and a route's own those of the policy")
    func keyByKey() throws {
        let settings = PolicyFixture.settings(
            """
            identity:
              headers: { X-User: sub, X-Roles: [realm_access.roles, roles], X-Scopes: scopes, X-Claim: /scopes }
              strip: ["X-*", "Remote-*"]
            routes:
              - { path: /a, access: public, upstream: echo }
              - { path: /b, access: public, upstream: echo, identity: { headers: {} } }
            """
        )
        var expected = IdentitySettings()
        expected.headers = [
            IdentityHeaderSettings(name: "X-User", source: .claims([ClaimSelector("sub")!])),
            IdentityHeaderSettings(
                name: "X-Roles",
                source: .claims([ClaimSelector("realm_access.roles")!, ClaimSelector("roles")!])
            ),
            IdentityHeaderSettings(name: "X-Scopes", source: .scopes),
            IdentityHeaderSettings(name: "X-Claim", source: .claims([ClaimSelector("/scopes")!])),
        ]
        expected.strip = ["X-*", "Remote-*"]
        #expect(settings?.routes.first?.identity == expected)
        expected.headers = []
        #expect(settings?.routes.last?.identity == expected)
    }

    @Test(
        "says what is wrong",
        arguments: [
            ("{ header: {} }", "1:13: error: identity.header: unknown key; did you mean `headers`?"),
            ("{ headers: { \"X A\": sub } }", "1:24: error: identity.headers.X A: \"X A\" is not the name of a header"),
            (
                "{ headers: { Connection: sub } }",
                "1:24: error: identity.headers.Connection: `Connection` is written by the gateway itself"
            ),
            (
                "{ headers: { X-User: sub, x_user: iss } }",
                "1:37: error: identity.headers.x_user: `x_user` and `X-User` are the same header"
            ),
            (
                "{ headers: { X-A: [scopes, sub] } }",
                "1:30: error: identity.headers.X-A[0]: `scopes`, the scopes of the token, stands alone; the claim of that name is `/scopes`"
            ),
            (
                "{ headers: { X-A: [] } }",
                "1:29: error: identity.headers.X-A: the list is empty; leave the key out, or name something"
            ),
            (
                "{ strip: [\"*\"] }",
                "1:21: error: identity.strip[0]: expected the name of a header, or the beginning of one and `*`, found \"*\""
            ),
            (
                "{ strip: [\"X-*-A\"] }",
                "1:21: error: identity.strip[0]: expected the name of a header, or the beginning of one and `*`, found \"X-*-A\""
            ),
            (
                "{ authorization: session }",
                "1:28: error: identity.authorization: there is no `login` at the top of this policy, and so no session"
            ),
            (
                "{ authorization: keep }",
                "1:28: error: identity.authorization: expected one of `strip`, `forward`, `session`, found \"keep\""
            ),
            (
                "{ assertion: { header: X } }",
                "1:13: error: identity.assertion: `assertion` is not supported by this version"
            ),
            (
                "{ authorization: forward }",
                "1:28: warning: identity.authorization: upstreams see the credential, and could use it elsewhere"
            ),
            (
                "{ strip: [\"X-Auth-*\", remote-*, X_Forwarded_User, X-Forwarded-Email, X-Forwarded-Groups, X-Forwarded-Pre*] }",
                "1:20: warning: identity.strip: clients may send `X-Forwarded-Access-Token`, which the default strips"
            ),
            (
                "{ strip: [X-Auth-Subject, \"Remote-*\", \"X-Forwarded-*\"] }",
                "1:20: warning: identity.strip: clients may send `X-Auth-*`, which the default strips"
            ),
        ]
    )
    func wrong(_ identity: String, _ expected: String) {
        #expect(PolicyFixture.problems("identity: \(identity)") == [expected])
    }
}
