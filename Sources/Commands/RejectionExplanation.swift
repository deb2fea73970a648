internal import Bytes
internal import Cryptography
internal import Gateway
internal import JOSE
internal import OAuth
internal import Trust

/// Why the policy refuses a token, in the words of its owner: what the token says beside what the policy asks for.
///
/// Clients never see this. They hear the fixed sentence of the code.
struct RejectionExplanation {
    let settings: GatewaySettings
    let header: JSONValue?
    let claims: JSONValue?
    let tokenBytes: Int
    let now: Int64

    /// Nil when the code says it all.
    func reason(for rejection: TokenRejection) -> String? {
        switch rejection {
        case .tooLarge:
            "it has \(self.tokenBytes) bytes, and server.limits.token_bytes is \(self.settings.server.limits.tokenBytes)"
        case .malformed(let fault): fault.explanation
        case .issuerUnknown: "iss is \(self.claim("iss")); the policy knows \(self.knownIssuers)"
        case .algorithmNotAllowed:
            "alg is \(self.shown(self.header?["alg"])); \(self.issuerName) signs with \(self.algorithms)"
        case .typeNotAllowed:
            "typ is \(self.shown(self.header?["typ"])); \(self.issuerName) has types \(self.list(self.issuer?.types))"
        case .keyUnknown:
            "kid is \(self.shown(self.header?["kid"])); \(self.issuerName) has no such key for this algorithm"
        case .keysUnavailable(let issuer): self.unavailableKeys(of: self.settings.issuers[issuer])
        case .signatureInvalid: nil
        case .expired: self.expiry
        case .notYetValid: "nbf is \(self.date("nbf")), iat is \(self.date("iat"))"
        case .audienceMismatch: "aud is \(self.claim("aud")); \(self.issuerName) asks for \(self.audiences)"
        case .claimMissing(let name): "the claim is `\(name)`"
        case .proofInvalid: self.binding
        }
    }

    // MARK: - What the policy asks for

    private var issuer: IssuerSettings? {
        guard let name = self.claims?["iss"]?.string else { return nil }
        return self.settings.issuers.first { $0.issuer.hasSameBytes(as: name) }
    }

    private var issuerName: String { "issuer \(self.issuer?.name ?? "")" }

    private var knownIssuers: String {
        self.settings.issuers.isEmpty ? "none" : self.list(self.settings.issuers.map(\.issuer))
    }

    private var algorithms: String { self.list(self.issuer?.algorithms.map(\.rawValue)) }

    private var audiences: String {
        guard case .oneOf(let names) = self.issuer?.audiences else { return "any" }
        return "one of \(self.list(names))"
    }

    private var expiry: String {
        let expiry = "exp is \(self.date("exp"))"
        guard let lifetime = self.issuer?.maximumLifetime else { return expiry }
        return expiry + "; max_lifetime is \(lifetime)s from iat, \(self.date("iat"))"
    }

    /// RFC 9449, section 6.1: of the ways to name a key in `cnf`, its thumbprint is the one that a proof can meet.
    private var binding: String {
        let isProvable = self.claims?["cnf"]?["jkt"]?.string != nil
        return isProvable
            ? "cnf binds it to a key: it counts as `Authorization: DPoP` with a proof of that key, never as a plain bearer"
            : "cnf binds it to something that cannot be proved here; only a key can, by its jkt"
    }

    private func unavailableKeys(of issuer: IssuerSettings) -> String {
        guard !issuer.keys.isHeld else { return "the keys of issuer \(issuer.name) cannot be used" }
        let whose = issuer.keys.isFetched ? "fetched by" : "those of"
        return "the keys of issuer \(issuer.name) are \(whose) a running gateway, and this command asks nobody: "
            + "what is checked before the signature holds, the signature and the rest are not judged"
    }

    // MARK: - What the token says

    private func claim(_ name: String) -> String { self.shown(self.claims?[name]) }

    private func shown(_ value: JSONValue?) -> String { value?.jsonText ?? "absent" }

    private func list(_ texts: [String]?) -> String { (texts ?? []).joined(separator: " ") }

    private func date(_ name: String) -> String {
        guard let value = self.claims?[name] else { return "absent" }
        return TokenDate(value).map { $0.description(at: self.now) } ?? value.jsonText
    }
}

extension TokenFault {
    fileprivate var explanation: String {
        switch self {
        case .parts: "it has not three parts with dots between them"
        case .encoding: "a part is not base64url without padding"
        case .headerNotJSON(let error): "the header is not accepted: \(error)"
        case .header(let fault): fault.explanation
        case .payloadNotJSON(let error): "the payload is not accepted: \(error)"
        case .payloadNotAnObject: "the payload is not a JSON object"
        case .claim(let name): "the claim `\(name)` has the wrong type, or is out of range"
        }
    }
}

extension JOSEHeader.Fault {
    fileprivate var explanation: String {
        switch self {
        case .notAnObject: "the header is not a JSON object"
        case .memberMalformed: "alg is missing, or alg, typ or kid is not text"
        case .keyIDTooLong: "kid is longer than \(JOSEHeader.maximumKeyIDByteCount) bytes"
        case .critical: "the header has crit, and no extension is understood"
        case .unencodedPayload: "the header has b64 (RFC 7797), which is not understood"
        }
    }
}
