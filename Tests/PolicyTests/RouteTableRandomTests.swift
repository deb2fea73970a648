import Testing

@testable import Policy

/// Compares the table with one that says what the reference says, one sentence after the other, and knows no index.
@Suite("The route table against a plain matcher")
struct RouteTableRandomTests {
    @Test("chooses what the plain matcher chooses", arguments: 1...40)
    func agrees(_ seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let routes = try random.routes(count: Int(random.next() % 60) + 1)
        let table = RouteTable(routes)
        for _ in 0..<400 {
            let (method, host, path) = (random.method(), random.host(), random.path())
            let expected = PlainMatcher(routes: routes).answer(method, host, path)
            let found = table.answer(method, path, host: host)
            #expect(found == expected, "\(method) \(host) \(path) among \(routes.map(\.name))")
        }
    }
}

private struct PlainMatcher {
    let routes: [RouteSettings]

    func answer(_ method: String, _ host: String, _ path: String) -> String {
        let segments = path.split(separator: "/").map(String.init)
        let matching = self.routes.flatMap { route in
            (route.hosts.isEmpty ? ["any"] : route.hosts)
                .filter { Self.matches(host: $0, host) && Self.matches(route.path, segments) }
                .map { Candidate(route: route, rank: Self.rank(host: $0) + Self.rank(route.path)) }
        }
        guard let best = matching.map(\.rank).min(by: { $0.lexicographicallyPrecedes($1) }) else { return "404" }
        let competing = matching.filter { $0.rank == best }.map(\.route)
        if method != "TRACE" {
            if let listed = competing.first(where: { $0.methods.contains(method) }) { return listed.name }
            if method == "HEAD", let get = competing.first(where: { $0.methods.contains("GET") }) { return get.name }
            if let any = competing.first(where: { $0.methods.isEmpty }) { return any.name }
        }
        return "405 " + Self.allow(competing)
    }

    private struct Candidate {
        var route: RouteSettings
        var rank: [Int]
    }

    private static func matches(host pattern: String, _ host: String) -> Bool {
        if pattern == "any" || pattern == host { return true }
        return pattern.hasPrefix("*.") && host.hasSuffix(pattern.dropFirst())
    }

    private static func matches(_ pattern: PathPattern, _ segments: [String]) -> Bool {
        let count = pattern.segments.count
        guard pattern.hasRest ? segments.count >= count : segments.count == count else { return false }
        return zip(pattern.segments, segments).allSatisfy { wanted, segment in
            guard case .literal(let text) = wanted else { return true }
            return text == segment
        }
    }

    // Exact before wildcard before any, and a longer wildcard before a shorter one.
    private static func rank(host pattern: String) -> [Int] {
        if pattern == "any" { return [2, 0] }
        return pattern.hasPrefix("*.") ? [1, -pattern.utf8.count] : [0, 0]
    }

    // Literal before parameter before `**`; an end, which is no segment at all, comes before `**` too.
    private static func rank(_ pattern: PathPattern) -> [Int] {
        let segments = pattern.segments.map { segment in
            if case .literal = segment { return 0 }
            return 1
        }
        return segments + (pattern.hasRest ? [2] : [])
    }

    private static func allow(_ routes: [RouteSettings]) -> String {
        var wanted = Set(routes.flatMap(\.methods))
        if wanted.contains("GET") { wanted.insert("HEAD") }
        let order = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"]
        let all = routes.contains { $0.methods.isEmpty } ? Set(order.dropLast()).union(wanted) : wanted
        return order.filter(all.contains).joined(separator: ", ")
    }
}

/// SplitMix64: the same numbers for the same seed, on every machine.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var z = self.state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

// Few words and few hosts, so that routes meet often.
extension SplitMix {
    mutating func pick(_ choices: [String]) -> String {
        choices[Int(self.next() % UInt64(choices.count))]
    }

    mutating func method() -> String { self.pick(["GET", "HEAD", "POST", "BREW", "TRACE", "DELETE"]) }

    mutating func host() -> String {
        self.pick(["", "one.test", "a.one.test", "b.a.one.test", "two.test", "c.two.test", "test", "other"])
    }

    mutating func path() -> String {
        let segments = (0..<self.next() % 5).map { _ in self.pick(["a", "b", "c", "dd"]) }
        return "/" + segments.joined(separator: "/") + (segments.isEmpty ? "" : self.pick(["", "/"]))
    }

    mutating func routes(count: Int) throws -> [RouteSettings] {
        var routes: [RouteSettings] = []
        for index in 0..<count {
            let methods = self.pick(["", "GET ", "POST ", "GET,POST ", "HEAD ", "BREW,DELETE "])
            let hosts = self.pick([
                "", "", "one.test ", "*.one.test ", "*.a.one.test ", "*.test ", "two.test,*.two.test ",
            ])
            var new = try route(methods + hosts + self.pattern())
            new.name = "\(index): \(new.name)"
            if RouteTable.conflicts(in: routes + [new]).isEmpty { routes.append(new) }
        }
        return routes
    }

    private mutating func pattern() -> String {
        var text = ""
        for index in 0..<self.next() % 4 { text += "/" + self.pick(["a", "b", "{p\(index)}", "{q\(index)}"]) }
        return self.pick([text.isEmpty ? "/" : text, text + "/**"])
    }
}
