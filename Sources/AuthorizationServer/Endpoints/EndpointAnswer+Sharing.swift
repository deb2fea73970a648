internal import Bytes
internal import Endpoints

extension EndpointAnswer {
    /// Lets a page of the calling client read the answer (Fetch standard, CORS protocol): one whose origin is that of one
    /// of the client's redirect URIs. Credentials of the browser are never used here, so none are allowed.
    func shared(with client: Client, _ request: EndpointRequest) -> EndpointAnswer {
        guard let origin = request.origin else { return self }
        let answer = self.adding("Vary", "Origin")
        return client.isAt(origin: origin) ? answer.adding("Access-Control-Allow-Origin", origin) : answer
    }
}

extension Client {
    /// Whether one of its redirect URIs is at this web origin (RFC 6454, section 6.2).
    func isAt(origin: String) -> Bool {
        self.redirectURIs.contains { uri in
            guard let own = WebOrigin(of: uri), own.isWeb else { return false }
            return own.text.hasSameBytes(as: origin)
        }
    }
}
