import Testing

@testable import Trust
@testable import Upstreams

@Suite("Discovery")
struct IssuerMetadataTests {
    @Test(
        "metadata is looked for behind the issuer's path, then before it",
        arguments: [
            (
                "https://corp.test", "https://corp.test/.well-known/openid-configuration",
                "https://corp.test/.well-known/oauth-authorization-server"
            ),
            (
                "https://corp.test/", "https://corp.test/.well-known/openid-configuration",
                "https://corp.test/.well-known/oauth-authorization-server"
            ),
            (
                "https://corp.test:8443/realms/a", "https://corp.test:8443/realms/a/.well-known/openid-configuration",
                "https://corp.test:8443/.well-known/oauth-authorization-server/realms/a"
            ),
            (
                "http://[::1]:80/a/", "http://[::1]:80/a/.well-known/openid-configuration",
                "http://[::1]:80/.well-known/oauth-authorization-server/a"
            ),
        ]
    )
    func places(_ issuer: String, _ openID: String, _ rfc8414: String) {
        #expect(IssuerMetadata.places(of: issuer) == [openID, rfc8414])
    }

    @Test(
        "an issuer that is no URL has no places",
        arguments: ["corp", "ftp://corp.test", "https://", "https://a@b.test"]
    )
    func noPlaces(_ issuer: String) {
        #expect(IssuerMetadata.places(of: issuer).isEmpty)
    }

    private static func read(_ text: String, of issuer: String = "https://corp.test") throws(KeyFetchFailure)
        -> ControlURL
    {
        let json = try IssuerMetadata.document(in: Array(text.utf8), at: "here", of: issuer).get()
        return try IssuerMetadata.keyLocation(in: json, at: "here", of: issuer)
    }

    @Test("the keys' place is read")
    func location() throws {
        let url = try Self.read(#"{"issuer":"https://corp.test","jwks_uri":"https://keys.test/a?b=c","x":1}"#)
        #expect(url == ControlURL("https://keys.test/a?b=c"))
    }

    @Test(
        "RP9: the issuer inside must be the same, byte for byte",
        arguments: ["https://corp.test/", "https://CORP.test", "https://corp.test:443", "http://corp.test", ""]
    )
    func mismatch(_ found: String) {
        #expect(throws: KeyFetchFailure.issuerMismatch(url: "here", found: found)) {
            try Self.read(#"{"issuer":"\#(found)","jwks_uri":"https://corp.test/jwks"}"#)
        }
    }

    @Test("RP9: metadata without an issuer is nobody's", arguments: [#"{}"#, #"{"issuer":7}"#, #"{"issuer":null}"#])
    func nobody(_ text: String) {
        #expect(throws: KeyFetchFailure.issuerMismatch(url: "here", found: nil)) { try Self.read(text) }
    }

    @Test(
        "a place that may not be called is refused",
        arguments: [
            "http://corp.test/jwks", "ftp://corp.test/jwks", "/jwks", "//corp.test/jwks", "https://a:b@corp.test/", "",
            "https://corp.test/jwks#now", "https://corp.test/a b", "file:///etc/passwd",
        ]
    )
    func location(_ location: String) {
        let text = #"{"issuer":"https://corp.test","jwks_uri":"\#(location)"}"#
        #expect { try Self.read(text) } throws: { ($0 as? KeyFetchFailure)?.reason == "jwks_uri" }
    }

    @Test("an issuer on http may have its keys on http or https", arguments: ["http", "https"])
    func laboratory(_ scheme: String) throws {
        let text = #"{"issuer":"http://lab.test","jwks_uri":"\#(scheme)://lab.test/jwks"}"#
        #expect(try Self.read(text, of: "http://lab.test") == ControlURL("\(scheme)://lab.test/jwks"))
    }

    @Test(
        "what is no JSON object is no metadata",
        arguments: ["", "[]", "7", "<html>", #"{"issuer":"a","issuer":"a"}"#]
    )
    func nonsense(_ text: String) {
        #expect { try Self.read(text) } throws: { ($0 as? KeyFetchFailure)?.reason == "json" }
    }

    /// What comes of discovery when the places say this, one after the other.
    private static func discover(_ answers: [Result<ControlAnswer, ControlFailure>]) throws
        -> (result: Result<String, KeyFetchFailure>, asked: Int)
    {
        var asked = 0
        var result: Result<String, KeyFetchFailure>?
        IssuerMetadata.discover(
            "https://corp.test",
            get: { _, answer in
                asked += 1
                answer(answers[asked - 1])
            }
        ) { result = $0.map(\.place) }
        return (try #require(result), asked)
    }

    @Test("the second place is asked only when the first is not there")
    func discovery() throws {
        let found = ControlAnswer(status: 200, body: Array(#"{"issuer":"https://corp.test"}"#.utf8), maximumAge: nil)
        let (first, _) = try Self.discover([.success(found)])
        #expect(try first.get() == "https://corp.test/.well-known/openid-configuration")
        let (second, _) = try Self.discover([.failure(.status(404)), .success(found)])
        #expect(try second.get() == "https://corp.test/.well-known/oauth-authorization-server")
        let (unreachable, asked) = try Self.discover([.failure(.tooLarge)])
        #expect(throws: KeyFetchFailure.self) { try unreachable.get() }
        #expect(asked == 1)
    }
}
