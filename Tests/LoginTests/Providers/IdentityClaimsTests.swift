import JOSE
import Testing

@testable import Login

@Suite("Claims of a provider")
struct IdentityClaimsTests {
    @Test(
        "have the usual types under the usual names, or are not there",
        arguments: [
            ("name", 7, nil), ("name", "", nil), ("name", "Frodo", "Frodo"), ("email", ["a@b"], nil),
            ("picture", .null, nil), ("preferred_username", "frodo", "frodo"), ("email_verified", "true", nil),
            ("email_verified", true, true), ("groups", "staff", ["staff"]), ("groups", ["a", 7, "b"], ["a", "b"]),
            ("groups", ["a": true], nil), ("nonce", "n", nil), ("at_hash", "h", nil), ("tenant", 7, 7),
        ] as [(String, JSONValue, JSONValue?)]
    )
    func types(_ name: String, _ value: JSONValue, _ expected: JSONValue?) {
        let claims = IdentityClaims.normalised((["sub": "frodo"] as JSONValue).with(name, value), by: nil)
        #expect(claims[name] == expected)
        #expect(claims["sub"] == "frodo")
    }

    private static let realm: JSONValue = ["realm_access": ["roles": ["admin", "user"]]]

    @Test(
        "have their groups where the product has them",
        arguments: [
            (.keycloak, realm, ["admin", "user"]), (.keycloak, realm.with("groups", ["/staff"]), ["/staff"]),
            (nil, realm, nil), (.google, realm, nil),
            (.auth0, ["https://app.test/groups": ["staff"]], ["staff"]),
            (.auth0, ["https://app.test/groups": ["a"], "https://b.test/groups": ["b"]], nil),
            (.auth0, ["http://app.test/groups": ["staff"]], nil), (nil, ["https://app.test/groups": ["staff"]], nil),
        ] as [(ProviderSettings.Preset?, JSONValue, JSONValue?)]
    )
    func groups(_ preset: ProviderSettings.Preset?, _ claims: JSONValue, _ groups: JSONValue?) {
        #expect(IdentityClaims.normalised(claims, by: preset)["groups"] == groups)
    }

    @Test(
        "of Entra: the owner of the domain verifies the address",
        arguments: [
            (.entra, ["xms_edov": true], true), (.entra, ["xms_edov": false], false), (.entra, ["xms_edov": "1"], nil),
            (.entra, ["xms_edov": true, "email_verified": false], false), (nil, ["xms_edov": true], nil),
            (.entra, [:], nil),
        ] as [(ProviderSettings.Preset?, JSONValue, JSONValue?)]
    )
    func verified(_ preset: ProviderSettings.Preset?, _ claims: JSONValue, _ isVerified: JSONValue?) {
        #expect(IdentityClaims.normalised(claims, by: preset)["email_verified"] == isVerified)
    }
}
