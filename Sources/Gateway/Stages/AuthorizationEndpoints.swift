import AuthorizationServer
import Bytes
import Endpoints
import HTTP
import HTTPConnections
import Login
import Policy
import Stores
import Telemetry

/// The paths of the authorization server and of sign-in, which come before all routes. Most are answered from another
/// thread.
extension Exchange {
    /// Whether the path is one of those: then it answers, once the body was read.
    func enterEndpoint() throws(Refusal) -> Bool {
        guard self.learned.forwardAuth == nil else { return false }
        if try self.enterServer() { return true }
        return try self.enterLogin()
    }

    private func enterLogin() throws(Refusal) -> Bool {
        guard self.state.sessionKit != nil else { return false }
        switch self.path.withSpan({ LoginEndpoint.find($0) }) {
        case .none: return false
        case .unknown: throw Refusal(.routeNotFound)
        case .endpoint(let endpoint): try self.enter(.login(endpoint))
        }
        return true
    }

    private func enterServer() throws(Refusal) -> Bool {
        guard let endpoints = self.worker.authorization.endpoints else { return false }
        if endpoints.matchesHost && self.host.isEmpty {
            self.headBytes.withSpan { HostName.appendCompared($0.bytes(self.head.host), to: &self.host) }
        }
        let lookup = self.host.withSpan { host in
            self.path.withSpan { path in endpoints.find(path: path, host: host) }
        }
        switch lookup {
        case .none: return false
        case .unknown: throw Refusal(.routeNotFound)
        case .endpoint(let endpoint): try self.enter(.server(endpoint))
        }
        return true
    }

    private func enter(_ endpoint: OwnEndpoint) throws(Refusal) {
        self.learned.endpoint = endpoint
        try self.limitBody(to: UInt64(EndpointRequest.maximumBodyByteCount))
        self.record.decision = .allow
        self.endpointBody.begin(isChunked: self.head.framing == .chunked)
        if self.head.expectsContinue && self.head.framing.hasContent { self.connection?.sendContinue() }
        self.progress = .reading
        if !self.head.framing.hasContent { self.answerEndpoint() }
    }

    /// A piece of the body, as it came.
    func gatherBody(_ wire: Span<UInt8>) {
        self.endpointBody.append(wire)
    }

    /// The body is complete.
    func answerEndpoint() {
        guard self.progress == .reading else { return }
        switch self.learned.endpoint {
        case .server(let endpoint): self.answerServer(endpoint)
        case .login(let endpoint): self.answerLogin(endpoint)
        case nil: return
        }
    }

    private func answerLogin(_ endpoint: LoginEndpoint) {
        let request = self.endpointRequest()
        self.endpointBody.clear()
        self.waitForAnswer()
        guard self.worker.login.submit(.endpoint(endpoint, request), of: self) else {
            return self.refuse(Refusal(.overloaded))
        }
    }

    private func answerServer(_ endpoint: Endpoint) {
        guard let endpoints = self.worker.authorization.endpoints else { return }
        if endpoint == .token, self.answersQuickly(endpoints.quickTokens) { return }
        let now = Timestamp(milliseconds: WallClock.milliseconds)
        let call = EndpointCall(self.endpointRequest(), to: endpoint, now: now)
        self.endpointBody.clear()
        if let answer = endpoints.answer(call) { return self.give(answer) }
        self.waitForAnswer()
        self.worker.authorization.submit(call, of: self)
    }

    /// Called from the loop when the server has answered.
    func endpointAnswered(_ answer: EndpointAnswer) {
        guard self.takesAnswer() else { return }
        self.give(answer)
    }

    private func give(_ answer: EndpointAnswer) {
        guard let connection = self.connection else { preconditionFailure("a request under way has its connection") }
        if let refusal = answer.refusal { self.note(refusal) }
        self.startOwnAnswer(answer.status, on: connection)
        for field in answer.fields {
            let value = Array(field.value.utf8)
            connection.addLine(field.name, value.span)
        }
        var body = ByteBuffer(capacity: answer.body.count)
        body.append(answer.body)
        self.finishOwnAnswer(&body, on: connection)
    }

    private func note(_ refusal: EndpointRefusal) {
        let code = RefusalCode(refusal)
        self.record.refusalCode = code
        self.record.decision = .deny
        self.worker.counters.countRefusal(self, Refusal(code))
    }

    /// Whether the request is one for a token in its plainest form: then it was answered.
    private func answersQuickly(_ tokens: QuickTokens) -> Bool {
        guard self.head.method == .post, let authorization = self.single(.authorization),
            let contentType = self.single(.contentType), !self.head.fields.contains(.origin),
            !self.head.fields.contains(.dpop), !self.repeatsField
        else { return false }
        let now = Timestamp(milliseconds: WallClock.milliseconds)
        let answer = self.headBytes.withSpan { bytes in
            self.endpointBody.content.withSpan { body in
                self.client.withSpan { client in
                    self.requestID.withSpan { requestID in
                        tokens.answer(
                            authorization: bytes.bytes(authorization),
                            contentType: bytes.bytes(contentType),
                            body: body,
                            from: self.learned.clientAddress,
                            addressText: client,
                            requestID: requestID,
                            at: now
                        )
                    }
                }
            }
        }
        if let answer { self.give(token: answer) }
        return answer != nil
    }

    private func give(token answer: [UInt8]) {
        guard let connection = self.connection else { preconditionFailure("a request under way has its connection") }
        self.startOwnAnswer(200, on: connection)
        connection.addLines(EndpointAnswer.tokenLines)
        self.finishOwnAnswer(answer.span, on: connection)
    }

    private func single(_ id: FieldID) -> ByteRange? {
        self.head.fields.count(of: id) == 1 ? self.head.fields.value(of: id) : nil
    }

    // MARK: - The request as a value

    private func endpointRequest() -> EndpointRequest {
        var request = EndpointRequest(method: self.head.method, requestID: self.requestID.text)
        request.client = self.learned.clientAddress
        request.isSecure = "\(self.clientScheme)" == "https"
        request.body = self.endpointBody.content.span.array
        request.repeatsField = self.repeatsField
        self.headBytes.withSpan { bytes in
            let host = bytes.bytes(self.head.host)
            request.host = host.extracting(HostName.range(in: host)).string.lowercased()
            if self.head.query.count > 1 { request.query = bytes.bytes(self.head.query).extracting(1...).array }
            for index in 0..<self.head.fields.count {
                let field = self.head.fields[index]
                Self.add(field.id, bytes.bytes(field.name), bytes.bytes(field.value), to: &request)
            }
        }
        return request
    }

    /// Those of which one line alone can be meant. `Authorization` and `DPoP` have rules of their own for two.
    private var repeatsField: Bool { Self.singleFields.contains { self.head.fields.count(of: $0) > 1 } }

    private static let singleFields: [FieldID] = [.contentType, .origin, .secFetchSite, .accessControlRequestMethod]

    private static func add(
        _ id: FieldID,
        _ name: Span<UInt8>,
        _ value: Span<UInt8>,
        to request: inout EndpointRequest
    ) {
        switch id {
        case .authorization: request.authorization.append(value.string)
        case .contentType: request.contentType = value.string
        case .cookie: request.cookies.append(value.array)
        case .origin: request.origin = value.string
        case .secFetchSite: request.fetchSite = value.string
        case .dpop: request.proofs.append(value.string)
        case .accessControlRequestMethod: request.requestedMethod = value.string
        case .other:
            if name.equalsIgnoringCase("accept-language") { request.acceptLanguage.append(value.string) }
            if name.equalsIgnoringCase("user-agent") {
                // Of two neither is believed.
                request.userAgent = request.userAgent == nil ? value.string : ""
            }
        default: return
        }
    }
}

/// The content of a request for an endpoint, gathered as it comes.
struct EndpointBody: ~Copyable {
    private(set) var content = ByteBuffer()
    private var chunks: ChunkedDecoder?

    /// Memory that is kept for the next request at the most: a usual form.
    private static let keptBytes = 512

    mutating func begin(isChunked: Bool) {
        self.content.removeAll()
        self.chunks = isChunked ? ChunkedDecoder(limits: HeadLimits()) : nil
    }

    mutating func clear() {
        self.content.reset(keeping: Self.keptBytes)
        self.chunks = nil
    }

    /// A piece as it came: in chunks, if the request has them. Its framing was checked before.
    mutating func append(_ wire: Span<UInt8>) {
        guard self.chunks != nil else { return self.content.append(wire) }
        var position = 0
        while position < wire.count, case .bytes(let range)? = self.chunks?.next(wire, at: &position) {
            self.content.append(wire.extracting(range))
        }
    }
}
