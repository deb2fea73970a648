import Cryptography
import JOSE
import Telemetry
import Testing

@testable import Login

/// What else is wrong with the answer that brings it.
enum RotationFault: String, CaseIterable {
    case keysAway, keysBroken, keyUnknown, expired, early, stale, userInfoAway, userInfoOfAnother

    func callAsFunction(_ bench: ProviderBench) throws {
        switch self {
        // The first two look for another set, which they do for a key that is new to them.
        case .keysAway:
            bench.key = try SigningKey(PrivateKey(generatingFor: .es256), keyID: "second")
            bench.server.replies["/jwks"] = { _ in .hangUp }
        case .keysBroken:
            bench.key = try SigningKey(PrivateKey(generatingFor: .es256), keyID: "second")
            bench.server.replies["/jwks"] = { _ in .text("<html>", status: 404) }
        case .keyUnknown:
            let keys = JSONWebKeySet(keys: [bench.key.published!]).json
            bench.key = try SigningKey(PrivateKey(generatingFor: .es256), keyID: "second")
            bench.server.replies["/jwks"] = { _ in .json(keys) }
        case .expired: bench.change = { $0.with("exp", 1000) }
        case .early: bench.change = { $0.with("nbf", 4_000_000_000) }
        case .stale: bench.change = { $0.with("iat", 1000) }
        case .userInfoAway:
            bench.change = { $0.with("email", nil) }
            bench.server.replies["/userinfo"] = { _ in .text("", status: 401) }
        case .userInfoOfAnother:
            bench.change = { $0.with("email", nil) }
            bench.server.replies["/userinfo"] = { _ in .json(["sub": "sam", "email": "sam@example.com"]) }
        }
    }
}

@Suite("A rotated refresh token is not lost")
struct RotationTests {
    /// A session's identity, whose next refresh rotates.
    private static func signedIn(_ bench: ProviderBench) throws -> Identity {
        let identity = try bench.finish().get()
        bench.changeAnswer = { $0.with("refresh_token", "rotated").with("access_token", "next") }
        return identity
    }

    @Test("nor are the claims, when new ones cannot be verified or had now", arguments: RotationFault.allCases)
    func doubted(_ fault: RotationFault) throws {
        let bench = try ProviderBench()
        let identity = try Self.signedIn(bench)
        try fault(bench)
        guard case .identity(let renewed, let doubt?) = try bench.refresh(identity).get() else {
            Issue.record("it is lost, or not doubted")
            return
        }
        #expect(renewed.refreshToken == Redacted("rotated") && renewed.accessToken == Redacted("next"))
        #expect(renewed.claims == identity.claims && renewed.idToken == identity.idToken)
        #expect(doubt.kind == (fault == .keysAway ? "unavailable" : "invalid"))
    }

    @Test(
        "nothing else counts of an answer whose ID token contradicts what has to be true",
        arguments: [
            ("aud", "x"), ("iss", "x"), ("azp", "x"), ("at_hash", "x"), ("iat", nil),
        ] as [(String, JSONValue?)]
    )
    func contradicted(_ name: String, _ value: JSONValue?) throws {
        let bench = try ProviderBench()
        let identity = try Self.signedIn(bench)
        bench.change = { $0.with(name, value) }
        guard case .token(let token, .invalid) = try bench.refresh(identity).get() else {
            Issue.record("it is lost, or believed")
            return
        }
        #expect(token == Redacted("rotated"))
        // Without a rotated one nothing is new.
        bench.changeAnswer = { $0.with("refresh_token", nil) }
        #expect(try bench.refresh(identity).failure?.kind == "invalid")
    }

    @Test("a signature that a known key did not make contradicts it, too")
    func signature() throws {
        let bench = try ProviderBench()
        let identity = try Self.signedIn(bench)
        let keys = JSONWebKeySet(keys: [bench.key.published!]).json
        bench.server.replies["/jwks"] = { _ in .json(keys) }
        bench.key = try SigningKey(PrivateKey(generatingFor: .es256), keyID: "first")
        guard case .token(Redacted("rotated"), .invalid) = try bench.refresh(identity).get() else {
            Issue.record("it is lost, or believed")
            return
        }
    }

    @Test("another subject is the end, whatever else came")
    func subject() throws {
        let bench = try ProviderBench()
        let identity = try Self.signedIn(bench)
        bench.change = { $0.with("sub", "sam") }
        #expect(try bench.refresh(identity).failure?.kind == "refused")
    }
}
