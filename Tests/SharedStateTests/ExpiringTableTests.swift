import Testing

@testable import SharedState

@Suite("A table of what ends")
struct ExpiringTableTests {
    private static func table(count: Int = 1000, bytes: Int = .max) -> ExpiringTable<Int, String> {
        ExpiringTable(maximumCount: count, maximumBytes: bytes)
    }

    @Test("has a value until its end, and not at it")
    func end() {
        var table = Self.table()
        let fits = table.set("a", of: 1, until: 10, now: 5)
        #expect(fits && table.value(of: 1, now: 9) == "a" && table.value(of: 1, now: 10) == nil)
        table.remove(1)
        #expect(table.value(of: 1, now: 9) == nil && table.entries.isEmpty && table.byteCount == 0)
    }

    @Test("takes as many as allowed, replaces when it is full, and drops nothing that holds")
    func count() {
        var table = Self.table(count: 2)
        let fits = [1, 2, 3, 1].map { table.set("v\($0)", of: $0, until: 10, now: 5) }
        #expect(fits == [true, true, false, true])
        #expect(table.value(of: 2, now: 9) == "v2" && table.value(of: 3, now: 9) == nil)
        let fitsLater = table.set("v3", of: 3, until: 20, now: 10)
        #expect(fitsLater && table.entries.map(\.key) == [3])
    }

    @Test("takes as many bytes as allowed, to the byte, and keeps the old value when a new one does not fit")
    func bytes() {
        let overhead = ExpiringTable<Int, String>.overheadBytes
        var table = Self.table(bytes: 2 * overhead + 10)
        let fits = [(1, 6), (2, 5), (2, 4), (1, 7), (1, 6)].map { key, bytes in
            table.set("\(bytes)", byteCount: bytes, of: key, until: 10, now: 5)
        }
        #expect(fits == [true, false, true, false, true])
        #expect(table.value(of: 1, now: 9) == "6" && table.byteCount == 2 * overhead + 10)
        table.remove(1)
        #expect(table.byteCount == overhead + 4)
    }

    @Test("looks at so many of a full table for each that it refuses, until it finds room")
    func stepsForRoom() {
        let steps = ExpiringTable<Int, String>.usualSteps + ExpiringTable<Int, String>.stepsForRoom
        var table = Self.table(count: 3 * steps)
        for key in 0..<3 * steps {
            let fits = table.set("v", of: key, until: key == 3 * steps - 1 ? 10 : 99, now: 0)
            #expect(fits)
        }
        // Wherever it begins, it has come to the last one at the latest after all of them.
        let fits = (0..<4).map { table.set("new", of: 1000 + $0, until: 99, now: 10) }
        #expect(fits.count { $0 } == 1)
        #expect((0..<3 * steps - 1).allSatisfy { table.value(of: $0, now: 10) == "v" })
    }

    @Test("finds each key where it is, whatever was removed before")
    func places() {
        var table = Self.table()
        var model: [Int: String] = [:]
        var random = SystemRandomNumberGenerator()
        for step in 0..<20_000 {
            let key = Int.random(in: 0..<50, using: &random)
            if Bool.random(using: &random) {
                let fits = table.set("\(step)", of: key, until: 10, now: 0)
                #expect(fits)
                model[key] = "\(step)"
            } else {
                table.remove(key)
                model[key] = nil
            }
            #expect(table.entries.count == model.count)
        }
        #expect((0..<50).allSatisfy { table.value(of: $0, now: 9) == model[$0] })
    }

    @Test("removes what has ended while something is added, before it is an eighth more")
    func sweep() {
        var table = Self.table(count: .max)
        var most = 0
        for now in 0..<10_000 as Range<UInt64> {
            let fits = table.set("v", of: Int(now), until: now + 100, now: now)
            #expect(fits)
            most = max(most, table.entries.count)
        }
        #expect(100...115 ~= most)
        let holding = (0..<10_000).count { table.value(of: $0, now: 9_999) != nil }
        #expect(holding == 100)
    }
}
