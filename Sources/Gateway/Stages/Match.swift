import Bytes
import HTTP
import Policy

/// *match*: one route decides. 404, 405, and what another reader of the path could take it for.
extension Exchange {
    func matchRoute() throws(Refusal) {
        let lookup = self.find(self.head.method, self.head.methodRange)
        switch lookup {
        case .route(let match):
            self.learned.matched(match, in: self.state)
            guard self.plan.hasDestination || self.learned.forwardAuth != nil else { throw Refusal(.routeNotFound) }
            try self.checkReadings(match)
        case .noRoute:
            throw self.learned.pathTraits.contains(.encodedSlash)
                ? self.pathRefusal(.encodedSlash) : Refusal(.routeNotFound)
        case .methodNotAllowed(let pattern):
            if self.learned.pathTraits.contains(.encodedSlash) { throw self.pathRefusal(.encodedSlash) }
            var refusal = Refusal(.methodNotAllowed)
            refusal.allow = self.state.routes.allow(pattern: pattern)
            throw refusal
        }
    }

    func find(_ method: Method, _ name: ByteRange) -> RouteLookup {
        self.headBytes.withSpan { bytes in
            self.host.withSpan { host in
                self.path.withSpan { path in
                    self.state.routes.find(host: host, path: path, method: method, methodName: bytes.bytes(name))
                }
            }
        }
    }

    private func checkReadings(_ match: RouteMatch) throws(Refusal) {
        guard !self.learned.pathTraits.isEmpty else { return }
        let rules = self.rules
        if self.learned.pathTraits.contains(.encodedSlash) && !rules.allowsEncodedSlash {
            throw self.pathRefusal(.encodedSlash)
        }
        guard self.learned.pathTraits.hasOtherReadings, rules.refusesOtherReadings else { return }
        let agree = self.headBytes.withSpan { bytes in
            self.host.withSpan { host in
                self.path.withSpan { path in
                    self.state.routes.readingsAgree(
                        with: match,
                        host: host,
                        path: path,
                        method: self.head.method,
                        methodName: bytes.bytes(self.head.methodRange)
                    )
                }
            }
        }
        guard agree else {
            var refusal = Refusal(.pathNotAllowed)
            refusal.pathReason = WorkerCounters.otherReadings
            throw refusal
        }
    }
}
