import Testing

@testable import SharedState

@Suite("The shared state in memory")
struct StateMemoryTests {
    private static func value(_ bytes: Int) -> StateValue {
        StateValue(bytes: [UInt8](repeating: 0, count: bytes), version: StateVersion(bytes: []))
    }

    @Test("refuses new values when it is full, and keeps the old ones and all that is of another kind")
    func full() {
        let memory = StateMemory()
        // Far more than the bound, however unevenly they fall.
        let accepted = (0..<100_000).filter {
            memory.write(Self.value(0), to: ValueKey(.session, "\($0)"), until: 10, now: 0)
        }
        #expect(accepted.count == StateMemory.maximumValues)
        #expect(accepted.allSatisfy { memory.read(ValueKey(.session, "\($0)"), now: 9) != nil })
        let claim = StateClaim(key: ClaimKey(.lock, "a"), owner: StateVersion(bytes: [1]))
        #expect(memory.claim(claim, until: 10, now: 0) == .granted)
        #expect(memory.add(SharedCutOff(key: [1], lifetime: .milliseconds(10)), until: 10, now: 0))
        #expect(memory.write(Self.value(0), to: ValueKey(.session, "new"), until: 20, now: 10))
    }

    @Test("refuses values beyond its bytes")
    func bytes() {
        let memory = StateMemory()
        let most = StateMemory.maximumValueBytes / StateValue.maximumBytes
        let accepted = (0..<2 * most).count {
            memory.write(Self.value(StateValue.maximumBytes), to: ValueKey(.session, "\($0)"), until: 10, now: 0)
        }
        // Of each shard, the last does not fit beside what the values take.
        #expect(accepted > most / 2 && accepted < most)
    }
}
