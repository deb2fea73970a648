import Testing

@testable import SharedState

extension StoreCase {
    static let cutOffs = [
        StoreCase("cut-offs are read in the order of being added, and then those that came since") { bench in
            let start = try Self.end(bench)
            for name in ["first", "second"] { try Self.add(name, for: .seconds(60), bench) }
            let page = try bench.ask { bench.stores[1].cutOffs(since: start, $0) }.get()
            #expect(page.isLast && Self.names(page, ["first", "second"]) == ["first", "second"])
            #expect(page.cutOffs.allSatisfy { .zero < $0.lifetime && $0.lifetime <= .seconds(120) })
            try Self.add("third", for: .seconds(60), bench)
            let next = try bench.ask { bench.stores[1].cutOffs(since: page.next, $0) }.get()
            #expect(next.isLast && Self.names(next, ["third"]) == ["third"])
        },
        StoreCase("a cut-off that is added again holds for the longer of both lifetimes") { bench in
            let start = try Self.end(bench)
            for (seconds, longest) in [(60, 60), (10, 60), (120, 120)] {
                try Self.add("again", for: .seconds(seconds), bench)
                let page = try bench.ask { bench.store.cutOffs(since: start, $0) }.get()
                let lifetimes = page.cutOffs.filter { $0.key == Array("again".utf8) }.map(\.lifetime)
                #expect(lifetimes.count == 1)
                #expect(lifetimes.allSatisfy { .seconds(longest - 5) < $0 && $0 <= .seconds(longest) })
            }
        },
        StoreCase("a cut-off that is prolonged is read again by who has read it") { bench in
            try Self.add("prolonged", for: .seconds(60), bench)
            let position = try Self.end(bench)
            try Self.add("prolonged", for: .seconds(120), bench)
            let page = try bench.ask { bench.store.cutOffs(since: position, $0) }.get()
            let lifetimes = page.cutOffs.filter { $0.key == Array("prolonged".utf8) }.map(\.lifetime)
            #expect(lifetimes.count == 1 && lifetimes.allSatisfy { $0 > .seconds(60) })
        },
        StoreCase("a cut-off ends with its lifetime") { bench in
            let start = try Self.end(bench)
            try Self.add("brief", for: .milliseconds(40), bench)
            let isGone = try bench.waits({ bench.store.cutOffs(since: start, $0) }) {
                Self.names($0, ["brief"]).isEmpty
            }
            #expect(isGone)
        },
        StoreCase("more cut-offs than a page holds are read page by page, and each is there") { bench in
            let start = try Self.end(bench)
            let added = (0...CutOffPage.maximumCount).map { "many \($0)" }
            try Self.addAtOnce(added[..<600], bench)
            try Self.addAtOnce(added[600...], bench)
            var page = try bench.ask { bench.store.cutOffs(since: start, $0) }.get()
            #expect(page.cutOffs.count == CutOffPage.maximumCount && !page.isLast)
            var read = Self.names(page, Set(added))
            page = try bench.ask { bench.store.cutOffs(since: page.next, $0) }.get()
            read += Self.names(page, Set(added))
            #expect(page.isLast && read == added)
        },
        StoreCase("cut-offs of one kind are not among those of another") { bench in
            let (sessions, grants) = (try Self.end(bench), try Self.end(bench, of: .grants))
            let grant = SharedCutOff(.grants, key: Array("grant".utf8), lifetime: .seconds(60))
            try bench.ask { bench.store.add(grant, $0) }.get()
            let page = try bench.ask { bench.stores[1].cutOffs(since: grants, $0) }.get()
            #expect(page.cutOffs.last?.kind == .grants && Self.names(page, ["grant"]) == ["grant"])
            let other = try bench.ask { bench.stores[1].cutOffs(since: sessions, $0) }.get()
            #expect(Self.names(other, ["grant"]).isEmpty)
        },
        StoreCase("the key of a cut-off may have as many bytes as allowed, and not one more") { bench in
            for (count, outcome) in [(0, true), (1, false)] {
                let key = [UInt8](repeating: 0, count: SharedCutOff.maximumKeyBytes + count)
                let answer = try bench.ask { bench.store.add(SharedCutOff(key: key, lifetime: .seconds(1)), $0) }
                #expect(answer.map { true } == (outcome ? .success(true) : .failure(.tooLarge)))
            }
        },
    ]

    private static func add(_ name: String, for lifetime: Duration, _ bench: StoreBench) throws {
        try bench.ask { bench.store.add(SharedCutOff(key: Array(name.utf8), lifetime: lifetime), $0) }.get()
    }

    private static func addAtOnce(_ names: ArraySlice<String>, _ bench: StoreBench) throws {
        var added = 0
        for name in names {
            bench.store.add(SharedCutOff(key: Array(name.utf8), lifetime: .seconds(60))) {
                if case .success = $0 { added += 1 }
            }
        }
        try #require(bench.run { added == names.count })
    }

    /// Behind all that other cases have added.
    private static func end(_ bench: StoreBench, of kind: CutOffKind = .sessions) throws -> CutOffPosition {
        var position = CutOffPosition.start(of: kind)
        while true {
            let page = try bench.ask { bench.store.cutOffs(since: position, $0) }.get()
            position = page.next
            if page.isLast { return position }
        }
    }

    /// Those of the page that are asked about: others may come again.
    private static func names(_ page: CutOffPage, _ asked: Set<String>) -> [String] {
        page.cutOffs.map { String(decoding: $0.key, as: UTF8.self) }.filter { asked.contains($0) }
    }
}
