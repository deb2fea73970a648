import HTTP

/// Which route of a pattern takes a method: one that lists it before one that lists none. Indexes in the policy; -1 is none.
struct MethodChoice: Sendable {
    // TRACE is answered with 405 on every route and CONNECT never gets here; neither is reached through `methods`.
    static let served: [Method] = [.get, .head, .post, .put, .patch, .delete, .options]

    private var routes = InlineArray<10, Int32>(repeating: -1)
    /// Whether a route lists a method that has no case of its own: its name has to be compared.
    private(set) var listsOthers = false

    init(_ indexes: [Int], in settings: [RouteSettings]) {
        for index in indexes where settings[index].methods.isEmpty {
            for method in Self.served + [.other] { self[method] = Int32(index) }
        }
        // First HEAD by way of GET, then what is listed, so that a listed HEAD wins.
        for index in indexes where settings[index].methods.contains("GET") { self[.head] = Int32(index) }
        for index in indexes {
            for name in settings[index].methods {
                let method = Method(name.utf8Span.span)
                if Self.served.contains(method) { self[method] = Int32(index) }
                if method == .other { self.listsOthers = true }
            }
        }
    }

    /// For `.other`, the route without methods.
    @inline(__always)
    private(set) subscript(method: Method) -> Int32 {
        get { self.routes[Int(method.rawValue)] }
        set { self.routes[Int(method.rawValue)] = newValue }
    }
}
