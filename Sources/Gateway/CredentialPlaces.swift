import OAuth

/// Where the issuers of a policy let tokens come from: `token_from`, over all issuers.
struct CredentialPlaces {
    let looksAtAuthorization: Bool
    /// Field names and cookie names.
    let headers: [[UInt8]]
    let cookies: [[UInt8]]
    /// The usual policy.
    let onlyAuthorization: Bool
    private let byIssuer: [[TokenLocation]]

    init(_ issuers: [IssuerSettings]) {
        var headers: [String] = []
        var cookies: [String] = []
        var looksAtAuthorization = issuers.isEmpty
        for location in issuers.flatMap(\.tokenFrom) {
            switch location {
            case .authorization: looksAtAuthorization = true
            case .header(let name): if !headers.contains(name) { headers.append(name) }
            case .cookie(let name): if !cookies.contains(name) { cookies.append(name) }
            }
        }
        self.looksAtAuthorization = looksAtAuthorization
        self.headers = headers.map { [UInt8]($0.utf8) }
        self.cookies = cookies.map { [UInt8]($0.utf8) }
        self.onlyAuthorization = headers.isEmpty && cookies.isEmpty
        self.byIssuer = issuers.map(\.tokenFrom)
    }

    /// Whether that issuer's tokens may come from where this one came from.
    func takes(_ credential: Credential, ofIssuer issuer: Int) -> Bool {
        guard case .token(_, let place) = credential else { return false }
        // Then there is no other place.
        if self.onlyAuthorization { return true }
        return self.byIssuer[issuer].contains { location in
            switch (location, place) {
            case (.authorization, .authorization), (.authorization, .authorizationWithProof): true
            case (.header(let name), .header(let place, _)): self.headers[place] == [UInt8](name.utf8)
            case (.cookie(let name), .cookie(let place)): self.cookies[place] == [UInt8](name.utf8)
            case (.authorization, _), (.header, _), (.cookie, _): false
            }
        }
    }
}
