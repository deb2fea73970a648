import JOSE
import Testing

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

    @Test("of a document without issuers there are the headings alone")
    func empty() {
        #expect(KeyListing([:]).text.split(separator: "\n").count == 1)
    }
}
