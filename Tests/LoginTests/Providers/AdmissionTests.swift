import JOSE
import Telemetry
import Testing

@testable import Login

@Suite("Who of a provider's people is let in")
struct AdmissionTests {
    static func identity(_ claims: JSONValue) -> Identity {
        Identity(claims: claims.with("sub", "frodo"), accessToken: Redacted("a"))
    }

    static func allow(emails: [String] = [], domains: [String] = [], groups: [String] = []) -> AllowSettings {
        var allow = AllowSettings()
        allow.emails = emails
        allow.domains = domains
        allow.groups = groups
        return allow
    }

    private static let verified: JSONValue = ["email": "Frodo@Example.com", "email_verified": true]

    @Test("everybody, if nothing is said")
    func nothing() {
        #expect(AllowSettings().admits(Self.identity([:])))
    }

    @Test(
        "an address or a domain, whatever the case of its letters",
        arguments: [
            Self.allow(emails: ["frodo@example.com"]), Self.allow(emails: ["sam@shire.test", "FRODO@EXAMPLE.COM"]),
            Self.allow(domains: ["example.com"]),
            Self.allow(emails: ["frodo@example.com"], domains: ["example.com"]),
        ]
    )
    func addresses(_ allow: AllowSettings) {
        #expect(allow.admits(Self.identity(Self.verified)))
    }

    @Test(
        "no other address: no subdomain, no name that ends alike, no domain in the middle",
        arguments: [
            "frodo@sub.example.com", "frodo@notexample.com", "frodo@example.com.test", "frodo@example.com@evil.test",
            "example.com", "frodo@", "@", "", "frodo@example.com ", "frodo@ex\u{430}mple.com", "frodo@example.com.",
        ]
    )
    func otherAddresses(_ email: String) {
        let identity = Self.identity(["email": .string(email), "email_verified": true])
        #expect(!Self.allow(domains: ["example.com"]).admits(identity))
        #expect(!Self.allow(emails: ["frodo@example.com"]).admits(identity))
    }

    @Test(
        "an address counts only if it is verified, and true is a word of JSON",
        arguments: [nil, false, "true", 1, .null, ["true"]] as [JSONValue?]
    )
    func unverified(_ word: JSONValue?) {
        let claims: JSONValue = ["email": "frodo@example.com"]
        let identity = Self.identity(claims.with("email_verified", word))
        #expect(!Self.allow(domains: ["example.com"]).admits(identity))
        #expect(!Self.allow(emails: ["frodo@example.com"]).admits(identity))
    }

    @Test("one of the groups, byte for byte")
    func groups() {
        let identity = Self.identity(["groups": ["staff", "Admins"]])
        #expect(Self.allow(groups: ["other", "staff"]).admits(identity))
        for name in ["admins", "staf", "staff ", "staff,Admins"] {
            #expect(!Self.allow(groups: [name]).admits(identity))
        }
    }

    @Test("no group without a list of groups", arguments: [nil, "staff", ["staff": true], 1] as [JSONValue?])
    func noGroups(_ groups: JSONValue?) {
        let empty: JSONValue = [:]
        #expect(!Self.allow(groups: ["staff"]).admits(Self.identity(empty.with("groups", groups))))
    }

    @Test("each kind that is given must be satisfied")
    func all() {
        let allow = Self.allow(emails: ["frodo@example.com"], domains: ["example.com"], groups: ["staff"])
        #expect(allow.admits(Self.identity(Self.verified.with("groups", ["staff"]))))
        #expect(!allow.admits(Self.identity(Self.verified)))
        #expect(!allow.admits(Self.identity(["groups": ["staff"]])))
        #expect(
            !Self.allow(emails: ["frodo@example.com"], domains: ["other.test"]).admits(Self.identity(Self.verified))
        )
    }
}
