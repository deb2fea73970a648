import Bytes
import HTTP

/// The routes that share one host-and-path pattern, and which of them takes a method: one that lists it before one that
/// lists none.
struct PatternRoutes: Sendable {
    /// Indexes of the routes, in the order of the policy.
    let routes: [Int]
    /// What `Allow` says: the union of their methods (RFC 9110 10.2.1).
    let allow: [UInt8]
    private let choice: Choice
    private let others: [OtherMethod]

    /// The route's index by `Method.rawValue`; -1 is none.
    private struct Choice {
        var routes = InlineArray<10, Int32>(repeating: -1)

        subscript(method: Method) -> Int32 {
            get { self.routes[Int(method.rawValue)] }
            set { self.routes[Int(method.rawValue)] = newValue }
        }
    }

    private struct OtherMethod {
        var name: [UInt8]
        var route: Int32
    }

    // TRACE is answered with 405 on every route and CONNECT never gets here; neither is reached through `methods`.
    private static let served: [Method] = [.get, .head, .post, .put, .patch, .delete, .options]

    init(_ indexes: [Int], in settings: [RouteSettings]) {
        var choice = Choice()
        var others: [OtherMethod] = []
        for index in indexes where settings[index].methods.isEmpty {
            for method in Self.served + [.other] { choice[method] = Int32(index) }
        }
        // First HEAD by way of GET, then what is listed, so that a listed HEAD wins.
        for index in indexes where settings[index].methods.contains("GET") { choice[.head] = Int32(index) }
        for index in indexes {
            for name in settings[index].methods {
                let method = Method(name.utf8Span.span)
                if Self.served.contains(method) { choice[method] = Int32(index) }
                if method == .other { others.append(OtherMethod(name: Array(name.utf8), route: Int32(index))) }
            }
        }
        self.routes = indexes
        self.choice = choice
        self.others = others
        self.allow = Self.methods(of: indexes.map { settings[$0] })
    }

    /// The index of the route that takes the method, or -1. `name` is looked at for methods that have no case of their own.
    @inline(__always)
    func route(for method: Method, named name: Span<UInt8>) -> Int {
        method == .other ? self.route(named: name) : Int(self.choice[method])
    }

    private func route(named name: Span<UInt8>) -> Int {
        for other in self.others where name.equals(other.name.span) { return Int(other.route) }
        return Int(self.choice[.other])
    }

    /// The union of the methods of `routes`, as a list for a field. A route without methods takes those that everyone knows.
    static func methods(of routes: [RouteSettings]) -> [UInt8] {
        let takesAny = routes.contains { $0.methods.isEmpty }
        let listed = routes.flatMap(\.methods)
        var names = Self.served.map(\.name.description).filter { name in
            takesAny || listed.contains(name) || (name == "HEAD" && listed.contains("GET"))
        }
        for name in listed where Method(name.utf8Span.span) == .other && !names.contains(name) { names.append(name) }
        return Array(names.joined(separator: ", ").utf8)
    }
}
