import Testing

@testable import Cryptography

@Suite("The two forms of an ECDSA signature")
struct ECDSASignatureTests {
    private func raw(_ encoded: [UInt8]) -> [UInt8]? {
        encoded.withUnsafeBufferPointer { ECDSASignature.raw(ofDER: $0, curve: .p256) }
    }

    @Test(
        "are the same numbers",
        arguments: [[UInt8(1)], [0x7F], [0x80], [0, 0, 5], Array(repeating: 0xFF, count: 32)]
    )
    func roundTrip(_ end: [UInt8]) {
        let half = [UInt8](repeating: 0, count: 32 - end.count) + end
        let other = [UInt8](repeating: 0xAB, count: 32)
        for signature in [half + other, other + half] {
            var encoded: [UInt8] = []
            _ = ECDSASignature.withDER(of: signature.span) { der in
                for index in der.indices { encoded.append(der[index]) }
                return true
            }
            #expect(self.raw(encoded) == signature)
        }
    }

    @Test(
        "are refused in DER when cut, too long, or of another shape",
        arguments: [
            [], [0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01], [0x31, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01, 0x00],
            [0x30, 0x07, 0x02, 0x01, 0x01, 0x02, 0x01, 0x01, 0x00],
            [0x30, 0x26, 0x02, 0x21, 0x01] + [UInt8](repeating: 1, count: 32) + [0x02, 0x01, 0x01],
        ] as [[UInt8]]
    )
    func refuses(_ encoded: [UInt8]) { #expect(self.raw(encoded) == nil) }
}
