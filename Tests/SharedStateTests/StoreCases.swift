import Testing

@testable import SharedState

/// What every store does, whatever keeps its state. All cases can be tried on one state, one behind the other.
struct StoreCase: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let check: @Sendable (StoreBench) throws -> Void

    init(_ description: String, _ check: @escaping @Sendable (StoreBench) throws -> Void) {
        self.testDescription = description
        self.check = check
    }

    static let all = values + replacements + claims + cutOffs
}

extension StoreCase {
    static let values = [
        StoreCase("a value is read as it was written, by both stores") { bench in
            let key = ValueKey(.session, "all bytes")
            let bytes = Array(UInt8.min...UInt8.max)
            let version = try bench.ask { bench.store.write(bytes, to: key, for: .seconds(60), $0) }.get()
            for store in bench.stores {
                let value = try bench.ask { store.read(key, $0) }.get()
                #expect(value?.bytes == bytes)
                #expect(value?.version == version)
            }
        },
        StoreCase("there is nothing under another name, and an empty value is something") { bench in
            let key = ValueKey(.session, "empty")
            #expect(try bench.ask { bench.store.read(key, $0) }.get() == nil)
            _ = try bench.ask { bench.store.write([], to: key, for: .seconds(60), $0) }.get()
            #expect(try bench.ask { bench.store.read(key, $0) }.get()?.bytes == [])
        },
        StoreCase("what was removed is gone, and removing it again is no failure") { bench in
            let key = ValueKey(.session, "removed")
            _ = try bench.ask { bench.store.write([1], to: key, for: .seconds(60), $0) }.get()
            for _ in 0..<2 { try bench.ask { bench.store.remove(key, $0) }.get() }
            #expect(try bench.ask { bench.store.read(key, $0) }.get() == nil)
        },
        StoreCase("a value ends with its lifetime, and one without any ends at once") { bench in
            for lifetime in [Duration.milliseconds(40), .zero] {
                let key = ValueKey(.session, "short \(lifetime)")
                _ = try bench.ask { bench.store.write([1], to: key, for: lifetime, $0) }.get()
                #expect(try bench.waits({ bench.store.read(key, $0) }, until: { $0 == nil }))
            }
        },
        StoreCase("a value may have as many bytes as allowed, and not one more") { bench in
            let key = ValueKey(.session, "large")
            let bytes = [UInt8](repeating: 7, count: StateValue.maximumBytes)
            let version = try bench.ask { bench.store.write(bytes, to: key, for: .seconds(60), $0) }.get()
            let refused = [
                try bench.ask { bench.store.write(bytes + [7], to: key, for: .seconds(60), $0) }.map {
                    $0 as StateVersion?
                },
                try bench.ask { bench.store.replace(version, of: key, with: bytes + [7], for: .seconds(60), $0) },
            ]
            #expect(refused == [.failure(.tooLarge), .failure(.tooLarge)])
            #expect(try bench.ask { bench.store.read(key, $0) }.get() == StateValue(bytes: bytes, version: version))
        },
    ]

    static let replacements = [
        StoreCase("of two who replace what both have read, one does") { bench in
            let key = ValueKey(.session, "twice")
            let first = try bench.ask { bench.store.write([1], to: key, for: .seconds(60), $0) }.get()
            let second = try bench.ask { bench.stores[0].replace(first, of: key, with: [2], for: .seconds(60), $0) }
                .get()
            let none = try bench.ask { bench.stores[1].replace(first, of: key, with: [3], for: .seconds(60), $0) }.get()
            #expect(none == nil)
            let value = try bench.ask { bench.store.read(key, $0) }.get()
            #expect(value == StateValue(bytes: [2], version: try #require(second)))
        },
        StoreCase("what was removed meanwhile, or removed and written anew, is not replaced") { bench in
            let key = ValueKey(.session, "gone")
            let first = try bench.ask { bench.store.write([1], to: key, for: .seconds(60), $0) }.get()
            try bench.ask { bench.store.remove(key, $0) }.get()
            let afterRemoval = try bench.ask { bench.store.replace(first, of: key, with: [2], for: .seconds(60), $0) }
            #expect(afterRemoval == .success(nil))
            #expect(try bench.ask { bench.store.read(key, $0) }.get() == nil)
            _ = try bench.ask { bench.store.write([1], to: key, for: .seconds(60), $0) }.get()
            let afterWriting = try bench.ask { bench.store.replace(first, of: key, with: [2], for: .seconds(60), $0) }
            #expect(afterWriting == .success(nil))
        },
        StoreCase("a replacement has the lifetime that comes with it") { bench in
            let key = ValueKey(.session, "shortened")
            let first = try bench.ask { bench.store.write([1], to: key, for: .seconds(60), $0) }.get()
            let second = try bench.ask {
                bench.store.replace(first, of: key, with: [2], for: .milliseconds(40), $0)
            }
            #expect(try second.get() != nil)
            #expect(try bench.waits({ bench.store.read(key, $0) }, until: { $0 == nil }))
        },
    ]

    static let claims = [
        StoreCase("a claim has one holder until it is given back") { bench in
            let key = ClaimKey(.lock, "held")
            let first = try #require(try bench.ask { bench.stores[0].claim(key, for: .seconds(60), $0) }.get())
            #expect(try bench.ask { bench.stores[1].claim(key, for: .seconds(60), $0) }.get() == nil)
            #expect(try bench.ask { bench.stores[0].release(first, $0) }.get())
            #expect(try bench.ask { bench.stores[1].claim(key, for: .seconds(60), $0) }.get() != nil)
        },
        StoreCase("a claim that has ended is another's, and cannot be given back by who had it") { bench in
            let key = ClaimKey(.lock, "ended")
            let old = try #require(try bench.ask { bench.stores[0].claim(key, for: .milliseconds(40), $0) }.get())
            var new: StateClaim?
            let isGranted = try bench.waits({ bench.stores[1].claim(key, for: .seconds(60), $0) }) {
                new = $0
                return $0 != nil
            }
            try #require(isGranted)
            #expect(try bench.ask { bench.stores[0].release(old, $0) }.get() == false)
            #expect(try bench.ask { bench.stores[0].claim(key, for: .seconds(60), $0) }.get() == nil)
            let claim = try #require(new)
            #expect(try bench.ask { bench.stores[1].release(claim, $0) }.get())
        },
        StoreCase("AS19: a name that is locked is not used, and the other way round") { bench in
            let lock = try bench.ask { bench.store.claim(ClaimKey(.lock, "one name"), for: .seconds(60), $0) }.get()
            let use = try bench.ask { bench.store.claim(ClaimKey(.used, "one name"), for: .seconds(60), $0) }.get()
            #expect(lock != nil && use != nil)
            #expect(try bench.ask { bench.store.read(ValueKey(.session, "one name"), $0) }.get() == nil)
        },
    ]
}
