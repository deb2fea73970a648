import Testing

@testable import SharedState

@Suite("The cut-offs in memory")
struct CutOffListTests {
    private static func keys(_ list: CutOffList, now: UInt64) -> [[UInt8]] {
        list.page(since: .start, now: now).cutOffs.map(\.key)
    }

    @Test("are as many as allowed, and make room when they end")
    func bound() {
        var list = CutOffList(maximumCount: 2)
        let fits = [(1, 10), (2, 20), (3, 30), (1, 10)].map { list.add([$0], until: $1, now: 0) }
        #expect(fits == [true, true, false, true])
        let fitsLater = list.add([3], until: 30, now: 10)
        #expect(fitsLater && Self.keys(list, now: 10) == [[2], [3]])
    }

    @Test("that are prolonged take no more room")
    func prolonged() {
        var list = CutOffList(maximumCount: 2)
        let fits = (1...1000).map { list.add([1], until: $0, now: 0) }
        #expect(fits.allSatisfy { $0 })
        #expect(list.page(since: .start, now: 0).cutOffs == [SharedCutOff(key: [1], lifetime: .milliseconds(1000))])
    }

    @Test("are found behind every position, also after many have ended")
    func positions() {
        var list = CutOffList()
        var position = CutOffPosition.start
        for now in 0..<1000 as Range<UInt64> {
            let key = [UInt8(now & 0xFF), UInt8(now >> 8)]
            let fits = list.add(key, until: now + 10, now: now)
            let page = list.page(since: position, now: now)
            #expect(fits && page.isLast && page.cutOffs == [SharedCutOff(key: key, lifetime: .milliseconds(10))])
            position = page.next
        }
        #expect(list.page(since: .start, now: 999).cutOffs.count == 10)
    }
}
