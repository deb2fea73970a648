import Bytes
import Cryptography
import Testing

@Suite("Hashes and message authentication")
struct DigestTests {
    @Test(
        "hashes \"abc\" as FIPS 180-4 says",
        arguments: [
            (Digest.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                .sha384,
                "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
            ),
            (
                .sha512,
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                    + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
            ),
        ]
    )
    func abc(_ digest: Digest, _ expected: String) {
        #expect(Hex.encode(digest.hash("abc")) == expected)
        let context = DigestContext(digest)
        #expect(context.hash("abc") == context.hash("abc"))
        let (right, wrong) = (Array("abc".utf8), Array("abd".utf8))
        let verdicts = [
            context.isHash(digest.hash("abc"), of: right.span), context.isHash(digest.hash("abc"), of: wrong.span),
            context.isHash(digest.hash("abc").dropLast(), of: right.span),
        ]
        #expect(verdicts == [true, false, false])
    }

    @Test(
        "authenticates the sixth case of RFC 4231, a key longer than a block",
        arguments: [
            (Digest.sha256, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
            (
                .sha384,
                "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952"
            ),
            (
                .sha512,
                "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
                    + "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"
            ),
        ]
    )
    func hmac(_ digest: Digest, _ expected: String) throws {
        let message = Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)
        let secret = try SecretKey([UInt8](repeating: 0xAA, count: 131))
        let authentication = MessageAuthentication(secret: secret, digest: digest)
        let code = try #require(Hex.decode(expected))
        #expect(authentication.code(for: message) == code)
        #expect(authentication.verifies(code, of: message))
        #expect(!authentication.verifies(code.dropLast(), of: message))
    }

    @Test("random bytes come in the number asked for, and not twice")
    func randomness() {
        #expect(Randomness.bytes(count: 0).isEmpty)
        #expect(Randomness.bytes(count: 32).count == 32)
        #expect(Randomness.bytes(count: 32) != Randomness.bytes(count: 32))
    }
}
