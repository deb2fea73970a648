internal import Bytes
internal import Cryptography
internal import Endpoints
internal import Stores

/// What a browser is here for while somebody signs in and answers a question. It travels sealed with the browser: nothing
/// is kept of people who do not sign in.
struct Flow: Sendable {
    /// How long somebody may take from the client's request to the answer.
    static let lifetime: Duration = .seconds(600)

    /// Where it leads.
    enum Purpose: Sendable {
        /// The parameters of an authorization request, and whence they came if they were pushed.
        case authorization(Parameters, PushedReference?)
        /// A page of ours that asks for a sign-in first, with its query.
        case visit(Endpoint, query: String)
    }

    let purpose: Purpose
    /// A sign-in before this moment is no fresh one (OpenID Connect Core, section 3.1.2.1: `prompt`).
    let begun: Timestamp

    var ends: Timestamp { self.begun + Self.lifetime }

    /// OpenID Connect Core, section 3.1.2.1.
    var uiLocales: String? {
        guard case .authorization(let parameters, _) = self.purpose else { return nil }
        return parameters["ui_locales"]
    }

    // MARK: - As lines

    init(_ purpose: Purpose, begun: Timestamp) {
        self.purpose = purpose
        self.begun = begun
    }

    /// Nil for lines that are no flow.
    init?(_ lines: [String]) {
        guard lines.count == 5, let begun = Int64(lines[0]), let endpoint = Endpoint(rawValue: lines[1]) else {
            return nil
        }
        self.begun = Timestamp(milliseconds: begun)
        guard endpoint == .authorize else {
            self.purpose = .visit(endpoint, query: lines[4])
            return
        }
        guard let parameters = try? Parameters(parsing: Array(lines[4].utf8)) else { return nil }
        self.purpose = .authorization(parameters, PushedReference(digest: lines[2], expires: lines[3]))
    }

    var lines: [String] {
        switch self.purpose {
        case .authorization(let parameters, let pushed):
            [
                String(self.begun.milliseconds), Endpoint.authorize.rawValue, pushed?.digest.description ?? "",
                pushed.map { String($0.expires.milliseconds) } ?? "", FormEncoding.encode(parameters.all),
            ]
        case .visit(let endpoint, let query):
            [String(self.begun.milliseconds), endpoint.rawValue, "", "", query]
        }
    }
}

/// A pushed request that a flow came of (RFC 9126).
struct PushedReference: Sendable {
    let digest: SecretDigest
    let expires: Timestamp

    init(_ request: PushedRequest) {
        self.digest = request.digest
        self.expires = request.expires
    }

    /// Nil for texts that are none.
    fileprivate init?(digest: String, expires: String) {
        guard let digest = SecretDigest(digest), let expires = Int64(expires) else { return nil }
        self.digest = digest
        self.expires = Timestamp(milliseconds: expires)
    }
}
