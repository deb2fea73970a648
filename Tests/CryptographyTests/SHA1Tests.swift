import Bytes
import Testing

@testable import Cryptography

@Suite("SHA-1")
struct SHA1Tests {
    /// The examples of FIPS 180-2, appendix A, and the hash of nothing.
    @Test(
        "gives the hashes of the standard's examples",
        arguments: [
            ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
            ),
        ]
    )
    func examples(_ message: String, _ hash: String) {
        let bytes = Array(message.utf8)
        let hexadecimal = SHA1.hash(bytes.span).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }
        #expect(hexadecimal.joined() == hash)
    }
}
