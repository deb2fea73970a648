import Testing

@testable import Policy

@Suite("Route conflicts")
struct RouteConflictsTests {
    @Test(
        "finds routes that want the same requests",
        arguments: [
            (["GET /a", "GET /a"], .sameMethod("GET")),
            (["GET,POST /a", "POST,PUT /a"], .sameMethod("POST")),
            (["/a", "/a/"], .bothWithoutMethods),
            (["/a/{x}", "/a/{y}"], .bothWithoutMethods),
            (["/caf%C3%A9", "/café"], .bothWithoutMethods),
            (["/a/**", "/a/**"], .bothWithoutMethods),
            (["one.test /a", "two.test,one.test /a"], .bothWithoutMethods),
            (["*.one.test /a", "*.one.test /a"], .bothWithoutMethods),
        ] as [([String], RouteConflict.Reason)]
    )
    func finds(_ routes: [String], _ reason: RouteConflict.Reason) throws {
        let conflicts = RouteTable.conflicts(in: try routes.map { try route($0) })
        #expect(conflicts == [RouteConflict(earlier: 0, later: 1, reason: reason)])
    }

    @Test(
        "leaves alone what differs",
        arguments: [
            ["GET /a", "/a"],
            ["GET /a", "POST /a"],
            ["GET /a", "HEAD /a"],
            ["/a", "/b"],
            ["/a/{x}", "/a/**"],
            ["/a/{x}", "/{x}/a"],
            ["/a", "one.test /a"],
            ["one.test /a", "*.one.test /a"],
            ["one.test,one.test /a"],
            ["GET,GET /a"],
        ]
    )
    func leavesAlone(_ routes: [String]) throws {
        #expect(RouteTable.conflicts(in: try routes.map { try route($0) }).isEmpty)
    }

    @Test("tells each pair once, however many hosts and methods they share")
    func once() throws {
        let routes = try ["GET,POST one.test,two.test /a", "GET,POST two.test,one.test /a"].map { try route($0) }
        #expect(RouteTable.conflicts(in: routes).count == 1)
    }

    @Test(
        "finds routes that no request reaches",
        arguments: [
            (["/a/**", "/a", "/a/{x}/**"], [0]),
            (["/a/**", "/a", "/a/{x}", "/a/{x}/{y}/**"], [0]),
            (["/**", "/", "/{x}/**"], [0]),
            (["/a/**", "/a", "/a/{x}"], []),
            (["/a/**", "/a/{x}/**"], []),
            (["/a/**", "/a", "/a/b/**"], []),
            (["/a/**", "one.test /a", "one.test /a/{x}/**"], []),
            (["TRACE /a", "CONNECT,TRACE /b", "TRACE,GET /c"], [0, 1]),
            (["/a%2Fb"], [0]),
        ]
    )
    func unreachable(_ routes: [String], _ expected: [Int]) throws {
        #expect(RouteTable.unreachable(in: try routes.map { try route($0) }) == expected)
    }

    @Test("an encoded slash in a literal is reached when the route allows it")
    func encodedSlash() throws {
        var settings = try route("/a%2Fb")
        settings.allowsEncodedSlash = true
        #expect(RouteTable.unreachable(in: [settings]).isEmpty)
    }
}
