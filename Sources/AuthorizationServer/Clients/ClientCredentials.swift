internal import Bytes
internal import Endpoints

/// What a request brings to prove which client it comes from (RFC 6749, section 2.3; RFC 7523, section 2.2).
enum ClientCredentials: Sendable {
    /// `client_id` alone: a public client names itself.
    case name(String)
    case basic(name: String, secret: String)
    case post(name: String, secret: String)
    /// `client_assertion`, which names its client itself; `name` is `client_id`, if that is there.
    case assertion(String, name: String?)

    static let assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    /// Throws `invalid_client` if there is nothing, and `invalid_request` for more than one method (section 2.3).
    init(_ request: EndpointRequest, _ parameters: Parameters) throws(ProtocolError) {
        let basic = try Self.basic(request)
        let secret = parameters["client_secret"]
        let assertion = try Self.assertion(parameters)
        guard [basic != nil, secret != nil, assertion != nil].count(where: { $0 }) <= 1 else {
            throw ProtocolError(.invalidRequest, "The client uses more than one way to authenticate.")
        }
        let name = parameters["client_id"]
        if let basic {
            guard name?.hasSameBytes(as: basic.name) ?? true else {
                throw ProtocolError(.invalidRequest, "The header and the parameter name two clients.")
            }
            self = .basic(name: basic.name, secret: basic.secret)
        } else if let assertion {
            self = .assertion(assertion, name: name)
        } else if let name {
            self = secret.map { .post(name: name, secret: $0) } ?? .name(name)
        } else {
            throw ProtocolError(.invalidClient, "The client did not authenticate.")
        }
    }

    /// The name of a client that shows a secret.
    var secretHolder: String? {
        switch self {
        case .basic(let name, _), .post(let name, _): name
        case .name, .assertion: nil
        }
    }

    // MARK: - Private details

    private static func assertion(_ parameters: Parameters) throws(ProtocolError) -> String? {
        guard let assertion = parameters["client_assertion"] else { return nil }
        guard let type = parameters["client_assertion_type"], type.hasSameBytes(as: self.assertionType) else {
            throw ProtocolError(.invalidClient, "Only client assertions that are JSON Web Tokens are known.")
        }
        return assertion
    }

    private static func basic(_ request: EndpointRequest) throws(ProtocolError) -> (name: String, secret: String)? {
        guard let line = request.authorization.first else { return nil }
        guard request.authorization.count == 1, let basic = BasicScheme.credentials(in: line) else {
            throw .clientUnknown(triedBasic: true)
        }
        return basic
    }
}

/// `Authorization: Basic` as OAuth uses it: name and secret are form-encoded first (RFC 6749, section 2.3.1).
enum BasicScheme {
    static let challenge = "Basic realm=\"gatehouse\", charset=\"UTF-8\""

    static func credentials(in line: String) -> (name: String, secret: String)? {
        var text: [UInt8] = []
        guard self.decode(line.utf8Span.span, into: &text), let colon = text.firstIndex(of: UInt8(ascii: ":")),
            let name = FormEncoding.decode(text[..<colon]), let secret = FormEncoding.decode(text[(colon + 1)...]),
            !name.isEmpty
        else { return nil }
        return (name, secret)
    }

    /// Puts what stands below base64 into `text`. False for another scheme, and for what is no base64.
    static func decode(_ line: Span<UInt8>, into text: inout [UInt8]) -> Bool {
        guard line.startsIgnoringCase(with: "basic ") else { return false }
        var start = 6
        while start < line.count, line[start] == UInt8(ascii: " ") { start += 1 }
        return Base64URL.decode(eitherAlphabet: line.extracting(start...), into: &text)
    }
}

extension ProtocolError {
    /// The same for a client that nobody knows and for a wrong secret.
    static func clientUnknown(triedBasic: Bool) -> ProtocolError {
        var error = ProtocolError(.invalidClient, "The client is not known, or could not prove who it is.")
        // RFC 6749, section 5.2: a client that tried the header is told of the scheme.
        if triedBasic { error.challenge = BasicScheme.challenge }
        return error
    }
}
