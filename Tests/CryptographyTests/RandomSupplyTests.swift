import Testing

@testable import Cryptography

@Suite("A supply of random bytes")
struct RandomSupplyTests {
    @Test("never hands out the same bytes again")
    func fresh() {
        var supply = RandomSupply()
        var seen: Set<[UInt8]> = []
        for _ in 0..<500 {
            let bytes = supply.next(16)
            #expect(bytes.count == 16)
            #expect(seen.insert(bytes).inserted)
        }
    }

    @Test("hands out all that it holds at once")
    func whole() {
        var supply = RandomSupply()
        #expect(supply.next(RandomSupply.byteCount).count == RandomSupply.byteCount)
        #expect(supply.next(1).count == 1)
    }
}
