package import Configuration
package import JOSE

/// What `gatehouse check` prints: every problem, then each route as protected, public or unreachable.
package struct CheckReport {
    private let file: String
    private let problems: [Problem]
    /// Nil when errors leave no policy to show.
    private let routes: [RouteReport]?
    /// Whether browsers have sessions of which other gateways know nothing.
    private let keepsSessionsAlone: Bool

    package init(_ reading: PolicyReading, file: String) {
        self.file = file
        self.problems = reading.problems
        self.routes = reading.configuration.map { RouteReport.report($0.settings) }
        let settings = reading.configuration?.settings
        self.keepsSessionsAlone = settings?.login != nil && settings?.state == nil
    }

    /// Whether the policy may be used; a strict reader takes no warning either.
    package func passes(strict: Bool) -> Bool {
        self.errors == 0 && (!strict || self.problems.isEmpty)
    }

    package var text: String {
        var lines = self.problems.map(\.description)
        if let routes = self.routes {
            var table = TextTable()
            for route in routes {
                table.append(route.exposure.rawValue, Self.requests(of: route), Self.whoMayPass(route))
            }
            lines += table.lines
        }
        if self.keepsSessionsAlone {
            lines.append("no `state`: who was signed out, and what counts once, is known to this process alone")
        }
        lines.append("\(self.file): \(self.summary)")
        return lines.map { $0 + "\n" }.joined()
    }

    package var json: JSONValue {
        [
            "file": .string(self.file),
            "problems": .array(self.problems.map(Self.json)),
            "routes": self.routes.map { RouteListing($0).json } ?? .null,
            "errors": .integer(Int64(self.errors)),
            "warnings": .integer(Int64(self.problems.count - self.errors)),
        ]
    }

    // MARK: - Private details

    private var errors: Int { self.problems.count { $0.severity == .error } }

    private var summary: String {
        var parts = [
            Self.counted(self.errors, "error"), Self.counted(self.problems.count - self.errors, "warning"),
        ]
        if let routes = self.routes {
            let open = routes.count { $0.exposure == .public }
            parts.append("\(Self.counted(routes.count, "route")), \(open) public")
        }
        return parts.joined(separator: ", ")
    }

    /// `GET,POST api.example.com/items/**`.
    private static func requests(of route: RouteReport) -> String {
        let methods = route.methods.isEmpty ? "" : route.methods.joined(separator: ",") + " "
        return methods + route.hosts.joined(separator: ",") + route.path
    }

    private static func whoMayPass(_ route: RouteReport) -> String {
        route.onlyAnswersForwardAuth ? "\(route.whoMayPass), by forward_auth alone" : route.whoMayPass
    }

    private static func counted(_ count: Int, _ noun: String) -> String {
        "\(count == 0 ? "no" : "\(count)") \(noun)\(count == 1 ? "" : "s")"
    }

    private static func json(_ problem: Problem) -> JSONValue {
        [
            "severity": .string(problem.severity.rawValue),
            "file": .string(problem.file),
            "line": .integer(Int64(problem.line)),
            "column": .integer(Int64(problem.column)),
            "path": .string(problem.path),
            "message": .string(problem.message),
            "suggestion": problem.suggestion.map(JSONValue.string) ?? .null,
        ]
    }
}
