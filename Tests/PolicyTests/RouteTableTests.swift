import Testing

@testable import Policy

@Suite("The route table")
struct RouteTableTests {
    private func table(_ routes: String...) throws -> RouteTable {
        RouteTable(try routes.map { try route($0) })
    }

    // MARK: - Paths

    @Test(
        "matches literals, parameters and the rest",
        arguments: [
            ("/", "/"),
            ("/items", "/items"),
            ("/items/", "/items"),
            ("/items/7", "/items/{id}"),
            ("/items/7/", "/items/{id}"),
            ("/items/7/parts", "404"),
            ("/files", "/files/**"),
            ("/files/", "/files/**"),
            ("/files/a/b/c", "/files/**"),
            ("/filesystem", "404"),
            ("/file", "404"),
            ("/Items", "404"),
            ("", "404"),
            ("*", "404"),
            ("items", "404"),
        ]
    )
    func matches(_ path: String, _ expected: String) throws {
        let table = try self.table("/", "/items", "/items/{id}", "/files/**")
        #expect(table.answer(path) == expected)
    }

    @Test(
        "compares segments by their percent-decoded bytes",
        arguments: [
            ("/caf%C3%A9", "/café"),
            ("/caf%c3%a9", "/café"),
            ("/café", "/café"),
            ("/cafe%CC%81", "404"),
            ("/a%20b", "/a%20b"),
            ("/a b", "/a%20b"),
            ("/100%25", "/100%25"),
            ("/100%", "/100%25"),
            ("/%zz", "/%25zz"),
            ("/%25zz", "/%25zz"),
            ("/%2", "404"),
            ("/x%2Fy", "/x%2Fy"),
            ("/x/y", "404"),
        ]
    )
    func comparesDecoded(_ path: String, _ expected: String) throws {
        let table = try self.table("/café", "/a%20b", "/100%25", "/%25zz", "/x%2Fy")
        #expect(table.answer(path) == expected)
    }

    @Test("does not take canonically equivalent literals for one another")
    func exactLiterals() throws {
        let table = try self.table("/caf\u{e9}", "/cafe\u{301}")
        #expect(table.answer("/caf%C3%A9") == "/caf\u{e9}")
        #expect(table.answer("/cafe%CC%81").utf8.elementsEqual("/cafe\u{301}".utf8))
    }

    @Test(
        "never matches an empty segment, whoever lets it through",
        arguments: ["/items//", "//", "//admin", "/items//parts"]
    )
    func emptySegments(_ path: String) throws {
        let table = try self.table("/items/{id}", "/items/{id}/parts", "/admin", "/{any}")
        #expect(table.answer(path) == "404")
    }

    // GHSA-p224-6x5r-fjpm, CVE-2021-29492: the table takes a path as it is, so a form that was not normalised finds
    // neither the public route nor the protected one.
    @Test(
        "a path in another form is another path",
        arguments: [
            "//admin", "/public%2F..%2Fadmin", "/%2Fadmin", "/admin%2F", "/admin%00", "/admin;x", "/admin?x",
            "/admin#x",
        ]
    )
    func otherForms(_ path: String) throws {
        let table = try self.table("/public", "/admin")
        #expect(table.answer(path) == "404")
    }

    // MARK: - Precedence

    @Test(
        "takes a literal before a parameter before the rest, segment by segment",
        arguments: [
            ("/a", ["/a", "/a/**", "/{x}", "/{x}/**", "/**"]),
            ("/a/b", ["/a/b", "/a/{y}", "/a/**", "/{x}/b", "/{x}/{y}", "/{x}/**", "/**"]),
            ("/a/b/c", ["/a/b/c", "/a/b/{z}", "/a/b/**", "/a/{y}/c", "/a/**", "/{x}/b/c", "/{x}/**", "/**"]),
        ]
    )
    func precedence(_ path: String, _ best: [String]) throws {
        // Without the best pattern the next one is chosen, in whatever order they are written.
        for count in best.indices {
            let routes = try best[count...].map { try route($0) }
            #expect(RouteTable(routes).answer(path) == best[count])
            #expect(RouteTable(routes.reversed()).answer(path) == best[count])
        }
    }

    @Test("an exact end comes before a rest of nothing")
    func exactEnd() throws {
        let table = try self.table("/a/**", "/a")
        #expect(table.answer("/a") == "/a")
        #expect(table.answer("/a/") == "/a")
        #expect(table.answer("/a/b") == "/a/**")
    }

    @Test(
        "steps back from a literal that leads nowhere",
        arguments: [
            ("/users/me/photo", "/users/me/photo"),
            ("/users/me/posts", "/users/{id}/posts"),
            ("/users/me/other", "/users/**"),
            ("/users/me", "/users/**"),
            ("/teams/me/posts", "/{kind}/{id}/posts"),
            ("/teams/me/photo", "404"),
        ]
    )
    func stepsBack(_ path: String, _ expected: String) throws {
        let table = try self.table("/users/me/photo", "/users/{id}/posts", "/users/**", "/{kind}/{id}/posts")
        #expect(table.answer(path) == expected)
    }

    @Test("forgets the parameters of a way that it stepped back from")
    func forgetsParameters() throws {
        let table = try self.table("/{a}/{b}/x", "/{a}/**", "/p/{b}/{c}/y", "/{a}/{b}/{c}/z")
        #expect(table.parameters("/p/q/r/y") == ["q", "r"])
        #expect(table.parameters("/p/q/r/z") == ["p", "q", "r"])
        #expect(table.parameters("/p/q/r/other") == ["p"])
    }

    @Test("hands parameters out as the path has them")
    func parameters() throws {
        let table = try self.table("/tenants/{tenant}/orders/{id}/**")
        #expect(table.parameters("/tenants/ac%20me/orders/7/a/b") == ["ac%20me", "7"])
        #expect(table.parameters("/tenants/t/orders/7/") == ["t", "7"])
    }

    @Test("carries as many parameters as a pattern may have")
    func manyParameters() throws {
        let table = try self.table("/{a}/{b}/{c}/{d}/{e}/{f}/{g}/{h}")
        #expect(table.parameters("/1/2/3/4/5/6/7/8") == ["1", "2", "3", "4", "5", "6", "7", "8"])
    }

    // MARK: - Hosts

    @Test(
        "takes the exact host, then the longest wildcard, then any",
        arguments: [
            ("api.example.org", "/a", "api.example.org /a"),
            ("API.Example.ORG", "/a", "api.example.org /a"),
            ("x.api.example.org", "/a", "*.api.example.org /a"),
            ("y.x.api.example.org", "/a", "*.api.example.org /a"),
            ("other.example.org", "/a", "*.example.org /a"),
            ("example.org", "/a", "/a"),
            (".example.org", "/a", "/a"),
            ("badexample.org", "/a", "/a"),
            ("", "/a", "/a"),
            ("[::1]", "/a", "[::1] /a"),
        ]
    )
    func hosts(_ host: String, _ path: String, _ expected: String) throws {
        let table = try self.table(
            "/a",
            "*.example.org /a",
            "*.api.example.org /a",
            "api.example.org /a",
            "[::1] /a"
        )
        #expect(table.answer(path, host: host) == expected)
    }

    @Test(
        "falls through to a wider host when all paths fail, and never when a method does",
        arguments: [
            ("GET", "/exact", "GET a.example.org /exact"),
            ("GET", "/wild", "*.example.org /wild"),
            ("GET", "/wide", "*.org /wide"),
            ("GET", "/any", "/any"),
            ("POST", "/exact", "405 GET, HEAD"),
            ("GET", "/none", "404"),
        ]
    )
    func fallsThrough(_ method: String, _ path: String, _ expected: String) throws {
        let table = try self.table(
            "GET a.example.org /exact",
            "/exact",
            "*.example.org /wild",
            "*.org /wide",
            "/any"
        )
        #expect(table.answer(method, path, host: "a.example.org") == expected)
    }

    @Test("lets a route stand under several hosts")
    func severalHosts() throws {
        let table = try self.table("one.example,*.two.example /a")
        #expect(table.answer("/a", host: "one.example") == "one.example,*.two.example /a")
        #expect(table.answer("/a", host: "x.two.example") == "one.example,*.two.example /a")
        #expect(table.answer("/a", host: "two.example") == "404")
    }

    // MARK: - Methods

    @Test(
        "chooses by method among the routes of one pattern: listed first, then any",
        arguments: [
            ("GET", "GET /items"),
            ("HEAD", "GET /items"),
            ("POST", "POST,PURGE /items"),
            ("PURGE", "POST,PURGE /items"),
            ("PUT", "/items"),
            ("OPTIONS", "/items"),
            ("BREW", "/items"),
            ("get", "/items"),
            ("TRACE", "405 GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, PURGE"),
            ("CONNECT", "405 GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, PURGE"),
        ]
    )
    func methods(_ method: String, _ expected: String) throws {
        let table = try self.table("/items", "GET /items", "POST,PURGE /items")
        #expect(table.answer(method, "/items") == expected)
    }

    @Test(
        "answers 405 with the union of the methods, without trying a wider pattern",
        arguments: [
            ("POST", "405 GET, HEAD, DELETE, PURGE"),
            ("get", "405 GET, HEAD, DELETE, PURGE"),
            ("PURGES", "405 GET, HEAD, DELETE, PURGE"),
            ("TRACE", "405 GET, HEAD, DELETE, PURGE"),
            ("DELETE", "PURGE,DELETE /items"),
        ]
    )
    func methodNotAllowed(_ method: String, _ expected: String) throws {
        let table = try self.table("GET /items", "PURGE,DELETE /items", "/{any}", "/**")
        #expect(table.answer(method, "/items") == expected)
    }

    @Test("a listed HEAD wins over the one that comes with GET, in either order")
    func listedHead() throws {
        #expect(try self.table("GET /a", "HEAD /a").answer("HEAD", "/a") == "HEAD /a")
        #expect(try self.table("HEAD /a", "GET /a").answer("HEAD", "/a") == "HEAD /a")
        #expect(try self.table("/a", "GET /a").answer("HEAD", "/a") == "GET /a")
    }

    @Test("routes whose parameters have other names share a pattern")
    func parameterNames() throws {
        let table = try self.table("GET /a/{x}", "POST /a/{y}")
        #expect(table.answer("POST", "/a/1") == "POST /a/{y}")
        #expect(table.answer("PUT", "/a/1") == "405 GET, HEAD, POST")
    }
}
