import Cryptography
import Gateway
import JOSE
import OAuth
import Testing

@testable import Commands

@Suite("Minting a token")
struct TokenMintTests {
    let now = CommandFixture.now

    @Test("makes what the policy accepts, whatever the algorithm", arguments: SignatureAlgorithm.asymmetric)
    func accepted(_ algorithm: SignatureAlgorithm) throws {
        let bench = try CommandFixture(algorithm)
        let settings = try bench.settings()
        var request = TokenMint.Request()
        request.scopes = ["items:read", "items:write"]
        let token = try TokenMint(key: bench.key.pem(), settings: settings, issuerName: nil).mint(request, at: self.now)
        let inspection = TokenInspection(token, settings: settings, at: self.now)
        #expect(inspection.verdict == .accepted(issuer: "corp", scopes: ["items:read", "items:write"]))
        let published = try SigningKey(bench.key, algorithm: algorithm).published
        #expect(
            inspection.header
                == ["alg": .string(algorithm.rawValue), "typ": "at+jwt", "kid": .string(published?.thumbprint ?? "")]
        )
    }

    @Test("says who, for whom and until when")
    func claims() throws {
        let claims = try self.claims(try CommandFixture().settings(), TokenMint.Request())
        #expect(claims["iss"] == "https://issuer.test")
        #expect(claims["aud"] == "items-api")
        #expect(claims["sub"] == "demo")
        #expect(claims["iat"] == .integer(self.now))
        #expect(claims["exp"] == .integer(self.now + 600))
        #expect(claims["scope"] == nil)
    }

    @Test("names every audience, and none where any will do")
    func audiences() throws {
        let bench = try CommandFixture()
        let several = try self.claims(bench.settings(["audiences": "[a, b]"]), TokenMint.Request())
        #expect(several["aud"] == ["a", "b"])
        let any = try self.claims(bench.settings(["audiences": "any"]), TokenMint.Request())
        #expect(any["aud"] == nil)
    }

    @Test("lets claims replace what it would say itself")
    func replaced() throws {
        var request = TokenMint.Request()
        request.claims = ["sub=carol", "exp=5", "team=red"].compactMap(ClaimAssignment.init)
        let claims = try self.claims(CommandFixture().settings(), request)
        #expect(claims["sub"] == "carol")
        #expect(claims["exp"] == 5)
        #expect(claims["team"] == "red")
    }

    @Test(
        "takes the one algorithm of the issuer that the key fits",
        arguments: [("PS384", "PS384"), ("[ES256, RS512]", "RS512"), ("[PS256, RS256]", "RS256")]
    )
    func algorithm(_ algorithms: String, _ expected: String) throws {
        let bench = try CommandFixture(.rs256)
        let pem = String(decoding: bench.key.publicKey.pem(), as: UTF8.self)
        let text = JSONValue.string(pem).jsonText
        let settings = try bench.settings(["algorithms": algorithms, "keys": "{ pem: \(text) }"])
        let mint = try TokenMint(key: bench.key.pem(), settings: settings, issuerName: nil)
        let inspection = TokenInspection(mint.mint(TokenMint.Request(), at: self.now), settings: settings, at: self.now)
        #expect(inspection.header?["alg"] == .string(expected))
        #expect(inspection.isAccepted)
    }

    @Test("takes the algorithm that the issuer's key set binds the key to")
    func boundAlgorithm() throws {
        let bench = try CommandFixture(.ps256)
        let settings = try bench.settings(["algorithms": "[RS256, PS256]"])
        let mint = try TokenMint(key: bench.key.pem(), settings: settings, issuerName: nil)
        let inspection = TokenInspection(mint.mint(TokenMint.Request(), at: self.now), settings: settings, at: self.now)
        #expect(inspection.isAccepted)
    }

    @Test("wants to know which issuer, unless there is one alone")
    func issuers() throws {
        let bench = try CommandFixture()
        let keys = "algorithms: ES256, keys: { file: corp.jwks }"
        let settings = try bench.settings(more: ", other: { issuer: https://other.test, audiences: a, \(keys) }")
        #expect(throws: MintError.issuerNotNamed(known: ["corp", "other"])) {
            _ = try TokenMint(key: bench.key.pem(), settings: settings, issuerName: nil)
        }
        #expect(throws: MintError.unknownIssuer("acme", known: ["corp", "other"])) {
            _ = try TokenMint(key: bench.key.pem(), settings: settings, issuerName: "acme")
        }
        #expect(throws: MintError.noIssuers) {
            _ = try TokenMint(key: bench.key.pem(), settings: GatewaySettings(), issuerName: nil)
        }
        let mint = try TokenMint(key: bench.key.pem(), settings: settings, issuerName: "other")
        #expect(mint.issuer.issuer == "https://other.test")
    }

    @Test("leaves the tokens of an embedded issuer to the server, and takes the one beside it")
    func embedded() throws {
        let bench = try CommandFixture()
        var settings = try bench.settings()
        settings.issuers.append(
            IssuerSettings(
                name: "local",
                issuer: "https://id.test/identity",
                audiences: .any,
                algorithms: [.es256],
                keys: .embedded
            )
        )
        let key = bench.key.pem()
        #expect(try TokenMint(key: key, settings: settings, issuerName: nil).issuer.name == "corp")
        #expect(throws: MintError.embedded("local")) {
            _ = try TokenMint(key: key, settings: settings, issuerName: "local")
        }
        settings.issuers.removeFirst()
        #expect(throws: MintError.noIssuers) { _ = try TokenMint(key: key, settings: settings, issuerName: nil) }
    }

    @Test("refuses what is no private key", arguments: ["", "hello", "{}", "{\"kty\":\"EC\"}"])
    func keys(_ text: String) throws {
        let settings = try CommandFixture().settings()
        #expect(throws: MintError.self) {
            _ = try TokenMint(key: Array(text.utf8), settings: settings, issuerName: nil)
        }
    }

    private func claims(_ settings: GatewaySettings, _ request: TokenMint.Request) throws -> JSONValue {
        let key = try PrivateKey(generatingFor: .es256)
        let token = try TokenMint(key: key.pem(), settings: settings, issuerName: nil).mint(request, at: self.now)
        return try #require(TokenInspection(token, settings: settings, at: self.now).claims)
    }
}

extension SignatureAlgorithm {
    static let asymmetric = Self.allCases.filter { !$0.isSymmetric }
}
