internal import Endpoints
internal import HTTP
internal import Stores

/// A browser asks whether a page of another origin may send a request (Fetch standard, CORS-preflight fetch). It may, from
/// where a client is; whether it may read the answer depends on that client.
enum PreflightEndpoint {
    /// The answer; nil if the store may know more clients.
    static func answer(_ call: EndpointCall, _ policy: ServerPolicy) -> EndpointAnswer? {
        switch call.endpoint.sharing {
        case .everybody: return self.allowed("*", call.endpoint)
        case .nobody: return call.methodNotAllowed(policy)
        case .clients:
            guard let origin = call.request.origin, policy.settings.clients.contains(where: { $0.isAt(origin: origin) })
            else {
                return nil
            }
            return self.allowed(origin, call.endpoint)
        }
    }

    /// For the clients of the store.
    static func handle(_ context: EndpointContext) throws(EndpointFailure) -> Step {
        if let answer = self.answer(context.call, context.policy) { return .answer(answer) }
        let isKnown = try context.stored { store throws(StoreError) in
            try context.origins.contains(context.request.origin ?? "", store, at: context.now)
        }
        guard isKnown, let origin = context.request.origin else {
            return .answer(context.call.methodNotAllowed(context.policy).adding("Vary", "Origin"))
        }
        return .answer(self.allowed(origin, context.call.endpoint))
    }

    // MARK: - Private details

    private static func allowed(_ origin: String, _ endpoint: Endpoint) -> EndpointAnswer {
        EndpointAnswer(status: 204)
            .adding("Access-Control-Allow-Origin", origin)
            .adding("Access-Control-Allow-Methods", endpoint.allow)
            .adding("Access-Control-Allow-Headers", "authorization, content-type, dpop")
            // As long as the documents.
            .adding("Access-Control-Max-Age", "\(SigningKeys.maximumAge)")
            .adding("Vary", "Origin")
    }
}

extension EndpointRequest {
    var isPreflight: Bool { self.method == .options && self.origin != nil && self.requestedMethod != nil }
}
