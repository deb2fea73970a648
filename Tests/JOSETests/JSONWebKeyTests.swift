import Cryptography
import JOSE
import Testing

@Suite("JSON Web Keys")
struct JSONWebKeyTests {
    static let ec: JSONValue = [
        "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    ]
    static let okp: JSONValue = ["kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"]

    static func rsa() throws -> JSONValue {
        let key = try #require(try Vector("rfc7515-a2").json["key"])
        return ["kty": "RSA", "n": try #require(key["n"]), "e": "AQAB"]
    }

    @Test("the algorithm of a curve is inferred when alg is absent")
    func inferred() throws {
        #expect(try JSONWebKey(Self.ec).algorithm == .es256)
        #expect(try JSONWebKey(Self.okp).algorithm == .edDSA)
    }

    @Test("J2: an RSA key without alg fits the six of RSA, with alg that one alone")
    func boundAlgorithm() throws {
        let open = try JSONWebKey(Self.rsa())
        let six: [SignatureAlgorithm] = [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512]
        #expect(SignatureAlgorithm.allCases.filter(open.fits) == six)
        let bound = try JSONWebKey(Self.rsa().with("alg", "PS384"))
        #expect(SignatureAlgorithm.allCases.filter(bound.fits) == [.ps384])
        #expect(SignatureAlgorithm.allCases.filter(try JSONWebKey(Self.ec).fits) == [.es256])
    }

    @Test("what cannot be used is skipped with its reason, and the rest is kept")
    func skipped() throws {
        let table: [(JSONValue, UnusableKey)] = [
            ("text", .notAnObject),
            ([:], .member("kty")),
            (["kty": 1], .member("kty")),
            (["kty": "oct", "k": "AAAA"], .symmetric),
            (["kty": "AKP", "alg": "EdDSA"], .unknownType("AKP")),
            (["kty": "rsa"], .unknownType("rsa")),
            (Self.ec.with("crv", "secp256k1"), .unknownCurve("secp256k1")),
            (Self.okp.with("crv", "X25519"), .unknownCurve("X25519")),
            (Self.ec.with("alg", "ECDH-ES"), .unknownAlgorithm("ECDH-ES")),
            (Self.ec.with("alg", "none"), .unknownAlgorithm("none")),
            (Self.ec.with("alg", "es256"), .unknownAlgorithm("es256")),
            (Self.ec.with("alg", "ES384"), .key(.algorithmDoesNotFit(.es384))),
            (Self.ec.with("alg", "HS256"), .key(.algorithmDoesNotFit(.hs256))),
            (try Self.rsa().with("alg", "HS256"), .key(.algorithmDoesNotFit(.hs256))),
            (Self.ec.with("use", "enc"), .notForSignatures),
            (Self.ec.with("key_ops", ["sign"]), .operationNotAllowed),
            (Self.ec.with("key_ops", "verify"), .member("key_ops")),
            (Self.ec.with("kid", 7), .member("kid")),
            (Self.ec.with("kid", .string(String(repeating: "k", count: 257))), .keyIDTooLong),
            (Self.ec.with("x", "AAAA"), .key(.wrongSize(expected: 32, actual: 3))),
            (Self.ec.with("x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU="), .member("x")),
            (Self.ec.with("y", Self.ec["x"]!), .key(.pointNotOnCurve)),
            (Self.ec.with("y", .null), .member("y")),
            (try Self.rsa().with("n", "AQAB"), .key(.modulusTooSmall(bits: 17))),
            (try Self.rsa().with("e", "Aw"), .key(.exponentNotAllowed)),
            (try Self.rsa().with("e", ""), .member("e")),
        ]
        let set = try JSONWebKeySet(["keys": .array([Self.ec] + table.map(\.0) + [Self.okp])])
        #expect(set.keys.count == 2)
        #expect(set.skipped.map(\.reason) == table.map(\.1))
        #expect(set.skipped.map(\.index) == Array(1...table.count))
        for reason in table.map(\.1) { #expect(!reason.description.isEmpty) }
    }

    @Test("key_ops with verify, use sig and unknown members are fine")
    func allowed() throws {
        let json = Self.ec.with("key_ops", ["verify"]).with("use", "sig").with("x5u", "https://evil.example").with(
            "ext",
            true
        )
        let key = try JSONWebKey(json)
        #expect(key.json == Self.ec.with("use", "sig").with("alg", "ES256"))
    }

    @Test("what is no key set is refused")
    func notASet() {
        for text in ["", "[]", "{}", "{\"keys\":{}}", "{\"keys\":null}", "{\"keys\":[],\"keys\":[]}"] {
            #expect(throws: JSONWebKeySet.Fault.self) { try Self.set(text) }
        }
        #expect(throws: Never.self) { try Self.set("{\"keys\":[]}") }
    }

    @Test("a set has a limit")
    func limit() throws {
        let set = try JSONWebKeySet(["keys": .array([JSONValue](repeating: Self.okp, count: 258))])
        #expect(set.keys.count == JSONWebKeySet.maximumKeys)
        #expect(set.skipped.map(\.reason) == [.tooManyKeys, .tooManyKeys])
    }

    @Test("a published key is read again as the same")
    func roundTrip() throws {
        for json in [Self.ec, Self.okp, try Self.rsa(), try Self.rsa().with("alg", "RS512").with("kid", "a")] {
            let key = try JSONWebKey(json)
            let again = try JSONWebKey(key.json)
            #expect(again.key.parameters == key.key.parameters)
            #expect(again.algorithm == key.algorithm)
            #expect(again.keyID == key.keyID)
            #expect(again.thumbprint == key.thumbprint)
        }
    }

    static func set(_ text: String) throws -> JSONWebKeySet { try JSONWebKeySet(parsing: text.utf8Span.span) }
}

extension JSONValue {
    /// The object with a member set.
    func with(_ name: String, _ value: JSONValue) -> JSONValue {
        .object((self.members ?? []).filter { $0.name != name } + [JSONMember(name: name, value: value)])
    }
}
