internal import Bytes
internal import Cryptography
internal import Endpoints

/// Forms of our pages, which no other page can send (RFC 9700, section 4.7; OWASP: signed double submit).
extension Visit {
    /// A form of a page at `endpoint`.
    ///
    /// - Parameters:
    ///   - flow: What comes back in the hidden field `flow`, if the page belongs to one.
    ///   - session: Who is asked. The answer counts for nobody else.
    func form(_ endpoint: Endpoint, flow: String? = nil, session: SignedIn? = nil) -> PageForm {
        guard let path = PagePath(self.path(of: endpoint)) else {
            preconditionFailure("the issuer's path was checked when the policy was read")
        }
        var hidden = [HiddenField(name: .proof, value: Base64URL.encode(self.proof(endpoint, flow, session)))]
        if let flow { hidden.append(HiddenField(name: .flow, value: flow)) }
        return PageForm(path: path, hidden: hidden)
    }

    /// Throws a page unless the form came from our own page, in this browser, for the same flow and person.
    func check(_ form: Parameters, session: SignedIn? = nil) throws(EndpointFailure) {
        guard self.isFromOwnPage, let proof = form[FieldName.proof.text].flatMap({ Base64URL.decode($0) }),
            ConstantTime.areEqual(proof, self.proof(self.context.call.endpoint, form[Self.flowParameter], session))
        else { throw .page(.formExpired) }
    }

    // MARK: - Private details

    /// What browsers say of where a request comes from; older ones say nothing, and the proof alone decides.
    private var isFromOwnPage: Bool {
        let request = self.context.request
        if let site = request.fetchSite { return site == "same-origin" || site == "none" }
        guard let origin = request.origin else { return true }
        return WebOrigin(of: origin).map { $0.text == WebOrigin(of: self.issuer.origin)?.text } ?? false
    }

    /// Only who has the browser's cookie can make it: our pages, which are in no other page's reach.
    private func proof(_ endpoint: Endpoint, _ flow: String?, _ session: SignedIn?) -> [UInt8] {
        guard let key = try? SecretKey(Array(self.browser.text.utf8)) else {
            preconditionFailure("a browser's secret is long enough for a key")
        }
        let about = [endpoint.rawValue, flow ?? "", session?.session.id ?? ""].joined(separator: "\n")
        return MessageAuthentication(secret: key, digest: .sha256).code(for: about.utf8Span.span)
    }
}

extension FieldName {
    static let flow: FieldName = "flow"
    /// Against forged requests.
    static let proof: FieldName = "csrf"
}
