import JOSE
import OAuth
import Testing

@Suite("Claim selectors")
struct ClaimSelectorTests {
    static let claims: JSONValue = [
        "sub": "frodo",
        "realm_access": ["roles": ["ops", "admin"]],
        "https://example.com/team": "ring",
        "a.b": 1,
        "": "empty",
        "x/y~z": true,
        "none": .null,
    ]

    @Test(
        "reach claims with dots, slashes and addresses in their names",
        arguments: [
            ("sub", "frodo"),
            ("realm_access.roles", ["ops", "admin"]),
            ("/realm_access/roles", ["ops", "admin"]),
            ("https://example.com/team", "ring"),
            ("/https:~1~1example.com~1team", "ring"),
            ("/a.b", 1),
            ("/", "empty"),
            ("/x~1y~0z", true),
            ("none", .null),
        ] as [(String, JSONValue)]
    )
    func reach(_ selector: String, _ value: JSONValue) throws {
        #expect(try #require(ClaimSelector(selector)).value(in: Self.claims) == value)
    }

    @Test(
        "find nothing where nothing is, whatever its type",
        arguments: ["a.b", "sub.x", "realm_access.roles.0", "none.x", "Sub", "/sub/", "/a/b"]
    )
    func absent(_ selector: String) throws {
        #expect(try #require(ClaimSelector(selector)).value(in: Self.claims) == nil)
    }

    @Test("that name nothing are refused", arguments: ["", ".", "a.", ".a", "a..b", "/~", "/~2", "/a~"])
    func refused(_ selector: String) {
        #expect(ClaimSelector(selector) == nil)
    }

    @Test("are equal when they were written alike, byte by byte")
    func equality() {
        // Composed and decomposed: `==` of strings holds.
        let selectors = ["caf\u{e9}", "cafe\u{301}", "caf\u{e9}"].map { ClaimSelector($0)! }
        #expect(selectors[0] == selectors[2])
        #expect(selectors[0] != selectors[1])
        #expect(Set(selectors).count == 2)
    }
}
