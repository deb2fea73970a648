import Bytes
import Gateway
import JOSE
import Telemetry
import Trust
import Upstreams

/// `/api`: what there is to be seen, as JSON. Nothing can be changed here.
extension AdminPages {
    /// Decisions shown at the most; all workers together keep more.
    static let maximumDecisions = 100

    func routes(_ completion: @escaping (AdminAnswer) -> Void) {
        self.runtime.collectMetrics { [self] metrics in
            let counts = metrics.requestsByRoute(self.runtime.labels)
            completion(AdminAnswer(["routes": .array(self.routes.map { $0.json(counts[$0.name]) })]))
        }
    }

    func issuers(_ completion: @escaping (AdminAnswer) -> Void) {
        self.runtime.collectKeyUses { [self] uses in
            completion(AdminAnswer(["issuers": .array(self.keys.statuses(uses: uses).map(\.json))]))
        }
    }

    func upstreams(_ completion: @escaping (AdminAnswer) -> Void) {
        let settings = self.runtime.settings.upstreams
        self.runtime.collectUpstreams { reports in
            let servers = Dictionary(reports.map { ($0.name, $0.servers) }) { first, _ in first }
            let values = settings.map { $0.json(servers[$0.name] ?? []) }
            completion(AdminAnswer(["upstreams": .array(values)]))
        }
    }

    func decisions(_ completion: @escaping (AdminAnswer) -> Void) {
        self.runtime.collectDecisions { decisions in
            var text = ByteBuffer()
            text.append("{\"decisions\":[")
            for (index, decision) in decisions.prefix(Self.maximumDecisions).enumerated() {
                if index > 0 { text.append(",") }
                // The line is an object; the reason becomes its last member.
                text.append(decision.line.span.extracting(..<(decision.line.count - 1)))
                text.append(",\"reason\":")
                text.append(text: JSONValue.optional(decision.reason).jsonText)
                text.append("}")
            }
            text.append("]}\n")
            completion(AdminAnswer(json: text))
        }
    }
}

extension AdminRoute {
    fileprivate func json(_ counts: RouteCounts?) -> JSONValue {
        [
            "name": .string(self.name),
            "hosts": .texts(self.hosts),
            "methods": .texts(self.methods),
            "path": .string(self.path),
            "exposure": .string(self.exposure),
            "access": .string(self.access),
            "destination": .string(self.destination),
            "allowed": .integer(Int64(counts?.allowed ?? 0)),
            "denied": .integer(Int64(counts?.denied ?? 0)),
        ]
    }
}

extension UpstreamSettings {
    fileprivate func json(_ servers: [UpstreamReport.Server]) -> JSONValue {
        guard case .servers(let settings) = self.kind else {
            return ["name": .string(self.name), "kind": "echo", "servers": []]
        }
        return [
            "name": .string(self.name),
            "kind": "servers",
            "balance": .string(settings.balance.rawValue),
            "servers": .array(servers.map(\.json)),
        ]
    }
}

extension UpstreamReport.Server {
    fileprivate var json: JSONValue {
        [
            "url": .string(self.url),
            "weight": .integer(Int64(self.weight)),
            "healthy": .bool(self.isHealthy),
            "connections": .integer(Int64(self.connections)),
            "idle": .integer(Int64(self.idle)),
            "waiting": .integer(Int64(self.waiting)),
        ]
    }
}

extension IssuerKeysStatus {
    fileprivate var json: JSONValue {
        [
            "name": .string(self.issuer),
            "source": .string(self.source.rawValue),
            "degraded": .bool(!self.hasSet),
            "last_fetch": .time(self.lastFetch),
            "next_refresh": .time(self.nextRefresh),
            "age_seconds": self.age.map { .real($0) } ?? .null,
            "last_error": .optional(self.lastError),
            "failures": .object(self.failures.map { JSONMember(name: $0.reason, value: .integer(Int64($0.count))) }),
            "keys": .array(self.keys.map(\.json)),
        ]
    }
}

extension KeyStatus {
    fileprivate var json: JSONValue {
        [
            "kid": .optional(self.keyID),
            "algorithm": .string(self.algorithm),
            "thumbprint": .string(self.thumbprint),
            "first_seen": .time(self.firstSeen),
            "last_seen": .time(self.lastSeen),
            "last_used": .time(self.lastUsed),
        ]
    }
}
