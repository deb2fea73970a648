import Cryptography
import JOSE
import OAuth
import Testing

@Suite("What a token must say")
struct TokenClaimsTests {
    static let now = Bench.now

    @Test("J7: iss is required, and compared byte by byte")
    func issuers() throws {
        let bench = try Bench(.hs256)
        #expect(bench.rejection(Bench.claims.without("iss")) == .issuerUnknown)
        for name in ["https://corp/", "HTTPS://corp", "https://cor", "", "https://corp\u{200B}"] {
            #expect(bench.rejection(Bench.claims.with("iss", .string(name))) == .issuerUnknown)
        }
        let kelvin = try Bench(.hs256) { $0.issuer = "https://K" }
        #expect(kelvin.rejection(Bench.claims.with("iss", "https://\u{212A}")) == .issuerUnknown)
    }

    @Test("exp is required; the leeway is added to it, and at its end the token is expired")
    func expiry() throws {
        let bench = try Bench(.hs256)
        #expect(bench.rejection(Bench.claims.without("exp")) == .claimMissing("exp"))
        let table: [(JSONValue, TokenRejection?)] = [
            (.integer(Self.now - 29), nil), (.integer(Self.now - 30), .expired), (.integer(0), .expired),
            (.integer(-1), .expired), (.real(Double(Self.now) - 29.5), .expired), (.real(Double(Self.now) - 28.5), nil),
        ]
        for (date, expected) in table {
            #expect(bench.rejection(Bench.claims.with("exp", date).without("iat")) == expected, "\(date)")
        }
        let strict = try Bench(.hs256) { $0.leeway = 0 }
        #expect(strict.rejection(Bench.claims.with("exp", .integer(Self.now))) == .expired)
        #expect(strict.rejection(Bench.claims.with("exp", .integer(Self.now + 1))) == nil)
    }

    @Test("nbf and iat are optional, and may be ahead by the leeway", arguments: ["nbf", "iat"])
    func start(_ name: String) throws {
        let bench = try Bench(.hs256)
        #expect(bench.rejection(Bench.claims.without(name)) == nil)
        let table: [(JSONValue, TokenRejection?)] = [
            (.integer(Self.now + 30), nil), (.integer(Self.now + 31), .notYetValid), (.integer(-5), nil),
            (.real(Double(Self.now) + 29.5), nil), (.real(Double(Self.now) + 30.5), .notYetValid),
        ]
        for (date, expected) in table {
            #expect(bench.rejection(Bench.claims.with(name, date)) == expected, "\(date)")
        }
    }

    @Test("J13: a date that is no number, or none that a clock shows, is malformed", arguments: ["exp", "nbf", "iat"])
    func dates(_ name: String) throws {
        let bench = try Bench(.hs256)
        let dates: [JSONValue] = [
            "1800000600", .null, true, [], [:], 253_402_300_800, -253_402_300_800, .integer(.max), .integer(.min),
            .real(1e300),
            .real(-1e300), .real(9.3e18),
        ]
        for date in dates {
            #expect(bench.rejection(Bench.claims.with(name, date)) == .malformed(.claim(name)), "\(date)")
        }
    }

    @Test("max_lifetime bounds exp - iat, and makes iat required")
    func lifetime() throws {
        let bench = try Bench(.hs256) { $0.maximumLifetime = 600 }
        #expect(bench.rejection(Bench.claims) == nil)
        #expect(bench.rejection(Bench.claims.with("exp", .integer(Self.now + 601))) == .expired)
        #expect(bench.rejection(Bench.claims.without("iat")) == .claimMissing("iat"))
    }

    @Test("J8: aud is required, as a text or a list, whole and byte by byte")
    func audiences() throws {
        let bench = try Bench(.hs256)
        let table: [(JSONValue, TokenRejection?)] = [
            ("api", nil), ("other", nil), (["x", "api"], nil), ("ap", .audienceMismatch), ("API", .audienceMismatch),
            ("api ", .audienceMismatch), ("x api", .audienceMismatch), ([], .audienceMismatch), ("", .audienceMismatch),
            (["x"], .audienceMismatch), (7, .malformed(.claim("aud"))), ([7, "api"], .malformed(.claim("aud"))),
            ([["api"]], .malformed(.claim("aud"))), (["api": true], .malformed(.claim("aud"))),
            (.null, .malformed(.claim("aud"))),
        ]
        for (audience, expected) in table {
            #expect(bench.rejection(Bench.claims.with("aud", audience)) == expected, "\(audience)")
        }
        #expect(bench.rejection(Bench.claims.without("aud")) == .audienceMismatch)
        let any = try Bench(.hs256) { $0.audiences = .any }
        #expect(any.rejection(Bench.claims.without("aud")) == nil)
        #expect(any.rejection(Bench.claims.with("aud", "x")) == nil)
        // A missing value to check against is a refusal, not a pass (apisix#13468).
        let none = try Bench(.hs256) { $0.audiences = .oneOf([]) }
        #expect(none.rejection(Bench.claims) == .audienceMismatch)
    }

    @Test("registered claims have the types of RFC 7519", arguments: ["iss", "sub", "jti"])
    func types(_ name: String) throws {
        let bench = try Bench(.hs256)
        for value: JSONValue in [7, .null, true, ["x"], [:]] {
            #expect(bench.rejection(Bench.claims.with(name, value)) == .malformed(.claim(name)))
        }
    }

    @Test("J8: required claims must be there and say something")
    func required() throws {
        let bench = try Bench(.hs256) { $0.required.append(ClaimSelector("realm.tenant")!) }
        let claims = Bench.claims.with("realm", ["tenant": "shire"])
        #expect(bench.rejection(claims) == nil)
        #expect(bench.rejection(claims.without("sub")) == .claimMissing("sub"))
        #expect(bench.rejection(claims.with("sub", "")) == .claimMissing("sub"))
        for realm: JSONValue in ["shire", [:], ["tenant": .null], ["tenant": ""]] {
            #expect(bench.rejection(claims.with("realm", realm)) == .claimMissing("realm.tenant"))
        }
        #expect(bench.rejection(claims.with("realm", ["tenant": false])) == nil)
    }

    @Test("J10: typ is one of the issuer's, compared as a media type")
    func tokenTypes() throws {
        let bench = try Bench(.hs256)
        for type in ["at+jwt", "AT+JWT", "application/at+jwt", "JWT"] {
            #expect(bench.rejection(Bench.claims, type: type) == nil)
        }
        for type in ["logout+jwt", "dpop+jwt", "secevent+jwt", "jwt2", "", "application/"] {
            #expect(bench.rejection(Bench.claims, type: type) == .typeNotAllowed)
        }
        let strict = try Bench(.hs256) { $0.types = ["at+jwt"] }
        #expect(strict.rejection(Bench.claims, type: "jwt") == .typeNotAllowed)
        #expect(
            strict.rejection(strict.mint(header: "{\"alg\":\"HS256\"}", payload: Bench.claims.jsonText))
                == .typeNotAllowed
        )
        #expect(bench.rejection(bench.mint(header: "{\"alg\":\"HS256\"}", payload: Bench.claims.jsonText)) == nil)
    }

    @Test("J11: a logout token is no access token, whatever its typ")
    func logout() throws {
        let events: JSONValue = ["http://schemas.openid.net/event/backchannel-logout": [:]]
        #expect(try Bench(.hs256).rejection(Bench.claims.with("events", events), type: "jwt") == .typeNotAllowed)
    }

    @Test(
        "a token bound to a key is refused as plain bearer",
        arguments: [["jkt": "x"], ["x5t#S256": "x"], [:], .null] as [JSONValue]
    )
    func bound(_ confirmation: JSONValue) throws {
        #expect(try Bench(.hs256).rejection(Bench.claims.with("cnf", confirmation)) == .proofInvalid)
    }

    @Test(
        "a token that is bound to a key passes where that is asked for, and names the key",
        arguments: [(["jkt": "x"], "x"), (["x5t#S256": "x"], nil), (.null, nil)] as [(JSONValue, String?)]
    )
    func boundAndAskedFor(_ confirmation: JSONValue, _ thumbprint: String?) throws {
        let bench = try Bench(.hs256)
        let token = bench.mint(Bench.claims.with("cnf", confirmation))
        let verified = try bench.verifier.verify(token.span, at: Bench.now, mayBeBound: true)
        #expect(verified.isBound)
        #expect(verified.keyThumbprint == thumbprint)
        let unbound = try bench.verifier.verify(bench.mint(Bench.claims).span, at: Bench.now, mayBeBound: true)
        #expect(!unbound.isBound)
    }

    @Test("scopes are the union of the claims, texts and lists, each word once")
    func scopes() throws {
        let bench = try Bench(.hs256)
        let table: [([(String, JSONValue)], [String])] = [
            ([("scope", "a b")], ["a", "b"]),
            ([("scope", "  a  b ")], ["a", "b"]),
            ([("scope", "")], []),
            ([("scp", ["a", "b"])], ["a", "b"]),
            ([("scp", ["a", "b c", "", 7, .null])], ["a"]),
            ([("scope", "a b"), ("scp", ["b", "c"]), ("scopes", "c d")], ["a", "b", "c", "d"]),
            ([("scope", 7), ("scp", [:]), ("scopes", .null)], []),
            ([("scope", "a\tb")], ["a\tb"]),
        ]
        for (members, words) in table {
            let claims = members.reduce(Bench.claims) { $0.with($1.0, $1.1) }
            #expect(try bench.verify(claims).principal.scopeWords == words)
        }
        let nested = try Bench(.hs256) { $0.scopeClaims = [ClaimSelector("realm_access.roles")!] }
        #expect(
            try nested.verify(Bench.claims.with("realm_access", ["roles": ["items:admin"]])).principal.scopes.contains(
                2
            )
        )
    }
}
