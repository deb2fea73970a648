internal import Bytes
internal import Cryptography
internal import Endpoints
internal import Stores

/// One request of a browser: which browser it is, and who is signed in there.
struct Visit {
    let context: EndpointContext
    /// The secret of this browser, made now if it brought none.
    let browser: RandomSecret
    private let isNew: Bool

    init(_ context: EndpointContext) {
        let known = BrowserCookie.browser.secret(in: context.request, context.policy.issuer)
        self.context = context
        self.browser = known ?? RandomSecret()
        self.isNew = known == nil
    }

    var issuer: IssuerAddress { self.context.policy.issuer }
    var isPost: Bool { self.context.request.method == .post }

    /// The parameters of the query. People are told of what cannot be read.
    func query() throws(EndpointFailure) -> Parameters { try self.parameters(self.context.request.query) }

    /// The parameters of a form that anybody may have sent.
    func form() throws(EndpointFailure) -> Parameters {
        do throws(ParametersFault) {
            return try self.context.request.form()
        } catch {
            throw .page(.invalidRequest)
        }
    }

    /// The path of an endpoint. Relative to the host: a browser at a loopback address stays with the name that it used.
    func path(of endpoint: Endpoint, query: String = "") -> String {
        let path = "\(self.issuer.path)/\(endpoint.rawValue)"
        return query.isEmpty ? path : "\(path)?\(query)"
    }

    /// The page's answer, or a redirect's, with the cookie that it relies on.
    func answer(_ answer: EndpointAnswer) -> EndpointAnswer {
        self.isNew ? answer.adding("Set-Cookie", BrowserCookie.browser.line(self.browser, self.issuer)) : answer
    }

    func redirect(to endpoint: Endpoint, query: String = "") -> EndpointAnswer {
        self.answer(EndpointAnswer(seeOther: self.path(of: endpoint, query: query)))
    }

    /// In the language that the flow's request wishes for, if there is one.
    func pageContext(of flow: Flow? = nil) -> PageContext {
        self.context.request.pageContext(self.context.policy, uiLocales: flow?.uiLocales)
    }

    private func parameters(_ bytes: [UInt8]) throws(EndpointFailure) -> Parameters {
        do throws(ParametersFault) {
            return try Parameters(parsing: bytes)
        } catch {
            throw .page(.invalidRequest)
        }
    }
}

// MARK: - Flows

extension Visit {
    /// The name of the parameter and of the hidden field in which a flow travels.
    static let flowParameter = "flow"

    func seal(_ flow: Flow) -> String { self.box(.flow).seal(flow.lines, until: flow.ends) }

    /// The flow that a request names. Throws a page if it is over, or was begun in another browser.
    func flow(_ parameters: Parameters) throws(EndpointFailure) -> Flow {
        guard let text = parameters[Self.flowParameter], let lines = self.box(.flow).open(text, at: self.context.now),
            let flow = Flow(lines)
        else { throw .page(.flowExpired) }
        return flow
    }

    /// Sends the browser to one of the pages of a flow.
    func redirect(to endpoint: Endpoint, _ flow: Flow) -> EndpointAnswer {
        self.redirect(to: endpoint, query: "\(Self.flowParameter)=\(self.seal(flow))")
    }

    /// Sends the browser to sign in, and back to a page of ours afterwards.
    ///
    /// - Parameter query: What comes back with it, form-encoded.
    func signIn(returningTo endpoint: Endpoint, query: String = "") -> EndpointAnswer {
        self.redirect(to: .login, Flow(.visit(endpoint, query: query), begun: self.context.now))
    }

    func box(_ kind: BrowserBox.Kind) -> BrowserBox {
        BrowserBox(kind: kind, browser: self.browser, ring: self.context.seal)
    }
}

extension BrowserBox.Kind {
    static let flow = Self("flow")
    static let signOut = Self("sign_out")
    static let notice = Self("notice")
    static let device = Self("device")
}

extension BrowserBox {
    func seal(_ lines: [String], until expires: Timestamp) -> String { self.seal(lines, until: expires.milliseconds) }

    func open(_ box: String, at now: Timestamp) -> [String]? { self.open(box, at: now.milliseconds) }
}
