import Bytes
import HTTP

/// The routes that share one host-and-path pattern: what is asked only when `MethodChoice` is not enough.
struct PatternRoutes: Sendable {
    /// Indexes of the routes, in the order of the policy.
    let routes: [Int]
    /// What `Allow` says: the union of their methods (RFC 9110 10.2.1).
    let allow: [UInt8]
    private let others: [OtherMethod]

    private struct OtherMethod {
        var name: [UInt8]
        var route: Int
    }

    init(_ indexes: [Int], in settings: [RouteSettings]) {
        var others: [OtherMethod] = []
        for index in indexes {
            for name in settings[index].methods where Method(name.utf8Span.span) == .other {
                others.append(OtherMethod(name: Array(name.utf8), route: index))
            }
        }
        self.routes = indexes
        self.others = others
        self.allow = Self.methods(of: indexes.map { settings[$0] })
    }

    /// The index of the route that lists a method that has no case of its own, or nil.
    func route(listing name: Span<UInt8>) -> Int? {
        for other in self.others where name.equals(other.name.span) { return other.route }
        return nil
    }

    /// The union of the methods of `routes`, as a list for a field. A route without methods takes those that everyone knows.
    static func methods(of routes: [RouteSettings]) -> [UInt8] {
        let takesAny = routes.contains { $0.methods.isEmpty }
        let listed = routes.flatMap(\.methods)
        var names = MethodChoice.served.map(\.name.description).filter { name in
            takesAny || listed.contains(name) || (name == "HEAD" && listed.contains("GET"))
        }
        for name in listed where Method(name.utf8Span.span) == .other && !names.contains(name) { names.append(name) }
        return Array(names.joined(separator: ", ").utf8)
    }
}
