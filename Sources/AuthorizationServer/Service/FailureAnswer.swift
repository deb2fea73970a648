internal import Endpoints
internal import HTTP
internal import Stores

extension EndpointFailure {
    /// The answer to a request that failed.
    func answer(to call: EndpointCall, policy: ServerPolicy) -> EndpointAnswer {
        switch self {
        case .refused(let error): error.answer
        case .page(let code): Self.page(code, call.request, policy)
        case .clientFault(let code, let client, let sentence): Self.page(code, call.request, policy, client, sentence)
        case .answer(let answer): answer
        case .store: Self.unavailable(call, policy)
        }
    }

    /// For people a page, for programs JSON.
    static func unavailable(_ call: EndpointCall, _ policy: ServerPolicy) -> EndpointAnswer {
        guard call.endpoint.isForPeople else { return ProtocolError.busy().answer }
        return self.page(.temporarilyUnavailable, call.request, policy).adding("Retry-After", "1")
    }

    static func page(
        _ code: ErrorPage.Code,
        _ request: EndpointRequest,
        _ policy: ServerPolicy,
        _ client: Client? = nil,
        _ fault: StaticString? = nil
    ) -> EndpointAnswer {
        let page = ErrorPage(
            context: request.pageContext(policy),
            code: code,
            requestID: request.requestID,
            client: client.map { ClientCard($0) },
            fault: fault
        )
        return EndpointAnswer(status: code.status, page: page.page)
    }
}

extension EndpointCall {
    /// RFC 9110, section 15.5.6.
    func methodNotAllowed(_ policy: ServerPolicy) -> EndpointAnswer {
        let answer =
            self.endpoint.isForPeople
            ? EndpointFailure.page(.methodNotAllowed, self.request, policy)
            : ProtocolError(.invalidRequest, "The endpoint does not know this method.", status: 405).answer
        return answer.adding("Allow", self.endpoint.allow)
    }

    /// RFC 9110, section 5.3.
    func fieldRepeated(_ policy: ServerPolicy) -> EndpointAnswer {
        self.endpoint.isForPeople
            ? EndpointFailure.page(.invalidRequest, self.request, policy)
            : ProtocolError(.invalidRequest, "A header field is there more than once.").answer
    }
}

extension EndpointRequest {
    /// For a page of this server.
    func pageContext(_ policy: ServerPolicy, uiLocales: String? = nil) -> PageContext {
        guard let service = WebOrigin(of: policy.issuer.origin) else {
            preconditionFailure("an issuer has an origin: it was checked when the policy was read")
        }
        return self.pageContext(of: service, in: policy.settings.template, uiLocales: uiLocales)
    }
}
