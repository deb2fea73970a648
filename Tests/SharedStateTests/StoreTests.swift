import Foundation
import Reactor
import Testing

@testable import SharedState

@Suite("A store of the shared state", .serialized)
struct StoreTests {
    @Test("does the same in memory and in Redis", arguments: [StoreKind.memory, .redis], StoreCase.all)
    func cases(_ kind: StoreKind, _ example: StoreCase) throws {
        try example.check(StoreBench(kind))
    }

    @Test("does the same in a cluster, whose commands and scripts are each of one slot")
    func cluster() throws {
        let bench = try StoreBench(.cluster)
        for example in StoreCase.all { try example.check(bench) }
    }

    @Test("of two clients of Redis that claim one name at once, exactly one gets it, each time")
    func race() throws {
        let bench = try StoreBench(.redis)
        var winners = [0, 0]
        for round in 0..<200 {
            var outcomes: [Result<StateClaim?, StateFailure>] = []
            // Each goes first in every other round.
            for index in [round % 2, 1 - round % 2] {
                bench.stores[index].claim(ClaimKey(.used, "\(round)"), for: .seconds(60)) {
                    outcomes.append($0)
                    if case .success(.some) = $0 { winners[index] += 1 }
                }
            }
            try #require(bench.run { outcomes.count == 2 })
            #expect(try outcomes.count { try $0.get() != nil } == 1)
        }
        #expect(winners[0] + winners[1] == 200)
    }

    @Test("of threads that claim one name in memory at once, exactly one gets it, each time")
    func threads() {
        let memory = StateMemory()
        for round in 0..<200 {
            let key = ClaimKey(.used, "\(round)")
            let granted = Counter()
            DispatchQueue.concurrentPerform(iterations: 4) { thread in
                let claim = StateClaim(key: key, owner: StateVersion(bytes: [UInt8(thread)]))
                if memory.claim(claim, until: 2, now: 1) == .granted { granted.increment() }
            }
            #expect(granted.value == 1)
        }
    }

    /// `@unchecked Sendable`: `value` is written under the lock, and read after all threads.
    private final class Counter: @unchecked Sendable {
        private let lock = Lock()
        private(set) var value = 0

        func increment() { self.lock.locked { self.value += 1 } }
    }
}
