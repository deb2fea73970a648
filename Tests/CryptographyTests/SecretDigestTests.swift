import Cryptography
import Testing

@Suite("Digests of secrets")
struct SecretDigestTests {
    /// SHA-256 of "abc" (FIPS 180-4).
    static let abc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    @Test("are `sha256:` and 64 lower-case digits over the text as shown")
    func text() throws {
        #expect(SecretDigest(of: "abc").description == Self.abc)
        let digest = try #require(SecretDigest(Self.abc))
        #expect(digest.verifies("abc"))
        #expect(!digest.verifies("abd") && !digest.verifies("abc ") && !digest.verifies(""))
        #expect(SecretDigest(bytes: digest.bytes) == digest)
    }

    @Test(
        "in any other spelling are refused",
        arguments: [
            "", "sha256:", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a",
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad00",
            "sha512:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "SHA256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ]
    )
    func spelling(_ text: String) {
        #expect(SecretDigest(text) == nil)
    }

    @Test("a random secret has 256 bits, is never made twice, and does not print")
    func random() {
        let secret = RandomSecret()
        #expect(secret.text.utf8.count == 43)
        #expect(secret.text != RandomSecret().text)
        #expect(secret.digest.verifies(secret.text))
        #expect(RandomSecret(text: secret.text).digest == secret.digest)
        #expect("\(secret)" == "<redacted>" && String(reflecting: secret) == "<redacted>")
    }
}
