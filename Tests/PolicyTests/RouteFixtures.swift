import Bytes
import HTTP
import OAuth

@testable import Policy

/// A route as a test writes it: `GET,POST api.example.com /items/{id}`; methods and hosts may be left out.
func route(_ text: String, access: AccessSettings = .public) throws -> RouteSettings {
    let words = text.split(separator: " ").map(String.init)
    let path = try PathPattern(words.last ?? "")
    var route = RouteSettings(name: text, path: path, access: access, destination: .upstream("echo"))
    for word in words.dropLast() {
        let values = word.split(separator: ",").map(String.init)
        if word.first?.isUppercase == true { route.methods = values } else { route.hosts = values }
    }
    return route
}

extension RouteTable {
    /// A table for routes that ask for no issuer by name.
    convenience init(_ settings: [RouteSettings]) {
        self.init(settings, issuers: [], scopes: ScopeTable(settings))
    }

    func find(_ method: String, _ path: String, host: String = "") -> RouteLookup {
        self.find(
            host: host.utf8Span.span,
            path: path.utf8Span.span,
            method: Method(method.utf8Span.span),
            methodName: method.utf8Span.span
        )
    }

    /// The name of the route that was found, or `404`, or `405` and the methods that are allowed.
    func answer(_ method: String, _ path: String, host: String = "") -> String {
        switch self.find(method, path, host: host) {
        case .route(let match): self.name(of: match.route)
        case .noRoute: "404"
        case .methodNotAllowed(let pattern): "405 \(String(decoding: self.allow(pattern: pattern), as: UTF8.self))"
        }
    }

    private func name(of route: Int) -> String {
        var buffer = ByteBuffer()
        self.appendName(of: route, to: &buffer)
        return String(buffer.span.string.dropFirst().dropLast())
    }

    func answer(_ path: String, host: String = "") -> String { self.answer("GET", path, host: host) }

    /// The parameters of the route that was found, as the path has them.
    func parameters(_ path: String) -> [String] {
        guard case .route(let match) = self.find("GET", path) else { return [] }
        return (0..<match.parameters.count).map { path.utf8Span.span.bytes(match.parameters[$0]).string }
    }
}
