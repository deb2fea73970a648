import Reactor
import SharedState
import Testing

@testable import Login

@Suite("What the shared state tells of cut-offs", .serialized)
struct CutOffFeedTests {
    @Test("is fresh once all pages were read, in their order")
    func pages() throws {
        let bench = FeedBench()
        bench.add(0..<CutOffPage.maximumCount + 5)
        bench.start()
        try #require(bench.run { bench.freshness == [true] })
        #expect(bench.told.count == CutOffPage.maximumCount + 5 && bench.told.first == [0, 0])
        bench.add(5000..<5001)
        #expect(bench.run { bench.told.last == [UInt8(5000 & 0xFF), UInt8(5000 >> 8)] })
        #expect(bench.freshness == [true] && bench.losses == 0)
    }

    @Test("is not fresh while what is told cannot be kept, and is told it again")
    func noRoom() throws {
        let bench = FeedBench()
        bench.add(0..<3)
        bench.hasRoom = false
        bench.start()
        try #require(bench.run { bench.told.count == 3 })
        #expect(bench.freshness.isEmpty)
        bench.hasRoom = true
        #expect(bench.run { bench.freshness == [true] } && bench.told.count == 6)
    }

    @Test("is stale when the state was silent for too long, and not before")
    func stale() throws {
        let bench = FeedBench()
        bench.start()
        try #require(bench.run { bench.freshness == [true] })
        bench.isAway = true
        bench.now += CutOffFeed.patience - 1
        let asked = bench.questions
        try #require(bench.run { bench.questions > asked })
        #expect(bench.freshness == [true])
        bench.now += 1
        #expect(bench.run { bench.freshness == [true, false] })
        bench.isAway = false
        #expect(bench.run { bench.freshness == [true, false, true] })
    }

    @Test("an answer counts from when it was asked for")
    func slow() throws {
        let bench = FeedBench()
        bench.delay = CutOffFeed.patience
        bench.start()
        #expect(bench.run { bench.freshness.starts(with: [true, false]) })
    }

    @Test("a state that has lost its list is read from the beginning, and told of once")
    func lost() throws {
        let bench = FeedBench()
        bench.list = [1]
        bench.add(0..<3)
        bench.start()
        try #require(bench.run { bench.freshness == [true] })
        bench.list = [2]
        try #require(bench.run { bench.losses == 1 })
        #expect(bench.told.count == 6)
        let asked = bench.questions
        #expect(bench.run { bench.questions > asked + 1 } && bench.losses == 1)
    }
}
