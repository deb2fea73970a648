import JOSE
import Stores
import Testing

@testable import AuthorizationServer
@testable import Commands

@Suite("keys list")
struct KeyListingTests {
    @Test("shows each key in a row and what went wrong below")
    func text() throws {
        let document = try JSONValue(
            parsing: """
                {"issuers":[
                {"name":"corp","next_refresh":"2026-01-02T03:14:05.000Z","last_error":null,"keys":[
                {"kid":"a","algorithm":"ES256","thumbprint":"t","first_seen":"2026-01-02T03:04:05.678Z",
                "last_seen":"2026-01-02T03:04:06.000Z","last_used":null}]},
                {"name":"down","next_refresh":null,"last_error":"the name does not resolve","keys":[]}]}
                """
        )
        #expect(
            KeyListing(document).text == """
                ISSUER  KID  ALGORITHM  THUMBPRINT  FIRST SEEN            LAST SEEN             LAST USED  NEXT REFRESH
                corp    a    ES256      t           2026-01-02T03:04:05Z  2026-01-02T03:04:06Z  -          2026-01-02T03:14:05Z
                down: no keys
                down: last error: the name does not resolve

                """
        )
    }

    @Test("shows what each key of the authorization server is for, with or without a gateway to ask")
    func duties() {
        let now = AdministrationFixture.now
        let duties = [
            SigningKeyDuty(keyID: "old", algorithm: "ES256", duty: .verifies(until: now + .seconds(60))),
            SigningKeyDuty(keyID: "now", algorithm: "ES256", duty: .signs),
            SigningKeyDuty(keyID: "next", algorithm: "RS256", duty: .waits(until: now + .seconds(600))),
        ]
        let listing = KeyListing(nil, duties: duties)
        #expect(
            listing.text == """
                SIGNING KEY  ALGORITHM  USE
                old          ES256      verifies only, until 2027-01-15T08:01:00Z
                now          ES256      signs now
                next         RS256      published, signs from 2027-01-15T08:10:00Z on

                """
        )
        #expect(listing.json["signing_keys"]?.array?.map { $0["use"] } == ["verifies", "signs", "waits"])
        #expect(listing.json["signing_keys"]?.array?.last?["until"] == "2027-01-15T08:10:00Z")
        let both = KeyListing(["issuers": []], duties: duties)
        #expect(both.text.hasPrefix("ISSUER  KID") && both.text.hasSuffix(listing.text))
        #expect(both.json["issuers"] == [] && both.json["signing_keys"] == listing.json["signing_keys"])
    }

    @Test("of a document without issuers there are the headings alone")
    func empty() {
        #expect(KeyListing([:]).text.split(separator: "\n").count == 1)
    }
}
