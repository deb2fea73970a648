import Testing

@testable import Trust

@Suite("The table of used proofs")
struct UsedProofTableTests {
    private static let maximum = UsedProofTable.maximumProofs
    private static let lifetime = UsedProofTable.lifetime

    @Test("RFC 9449, section 11.1: takes a proof once")
    func once() {
        var table = UsedProofTable()
        #expect(table.use(1, of: 7, at: 100) == .first)
        #expect(table.use(1, of: 7, at: 100) == .repeated)
        #expect(table.use(2, of: 7, at: 100) == .first)
        #expect(table.count == 2)
    }

    @Test("remembers for as long as the same proof could pass, and no longer")
    func memory() {
        var table = UsedProofTable()
        _ = table.use(1, of: 7, at: 1000)
        for second in 1001..<1000 + Self.lifetime { #expect(table.use(1, of: 7, at: second) == .repeated) }
        #expect(table.use(1, of: 7, at: 1000 + Self.lifetime) == .first)
        #expect(Self.lifetime > 2 * 60 + 1)
    }

    @Test("forgets after any pause, the keys too", arguments: [0, 1, 1239, 1 << 40] as [UInt64])
    func pause(_ longer: UInt64) {
        var table = UsedProofTable()
        for (proof, second) in [500, 501, 540, 600].enumerated() { _ = table.use(proof, of: proof, at: UInt64(second)) }
        #expect(table.use(9, of: 9, at: 600 + Self.lifetime + longer) == .first)
        #expect(table.count == 1)
        #expect(table.keyCount == 1)
    }

    @Test("counts a worker whose clock lags as one of now")
    func lag() {
        var table = UsedProofTable()
        _ = table.use(1, of: 7, at: 1000)
        #expect(table.use(2, of: 7, at: 999) == .first)
        #expect(table.use(2, of: 7, at: 998) == .repeated)
        #expect(table.use(2, of: 7, at: 999 + Self.lifetime) == .repeated)
        #expect(table.use(2, of: 7, at: 1000 + Self.lifetime) == .first)
    }

    @Test("lets one key take half of the places, and refuses it then; others still find theirs")
    func flood() {
        var table = UsedProofTable()
        for proof in 0..<Self.maximum / 2 { #expect(table.use(proof, of: 1, at: 50) == .first) }
        #expect(table.use(-1, of: 1, at: 50) == .noRoom)
        #expect(table.use(-1, of: 2, at: 50) == .first)
        #expect(table.use(0, of: 1, at: 50) == .repeated)
    }

    @Test("gives the next key that floods no more than half of the rest")
    func floodOfKeys() {
        var table = UsedProofTable()
        var proof = 0
        for key in 1...4 {
            while table.use(proof, of: key, at: 50) == .first { proof += 1 }
            #expect(table.count == Self.maximum - Self.maximum >> key)
        }
        #expect(table.use(-1, of: -1, at: 50) == .first)
    }

    @Test("refuses when every place is taken, and takes again when they come free")
    func full() {
        var table = UsedProofTable()
        for proof in 0..<Self.maximum { #expect(table.use(proof, of: proof, at: 50) == .first) }
        #expect(table.use(-1, of: -1, at: 50) == .noRoom)
        #expect(table.use(3, of: 3, at: 50) == .repeated)
        #expect(table.use(-1, of: -1, at: 50 + Self.lifetime) == .first)
        #expect(table.count == 1)
    }
}
