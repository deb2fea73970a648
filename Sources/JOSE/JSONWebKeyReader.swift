internal import Bytes
internal import Cryptography

/// Reads the members of a JSON Web Key, public and private (RFC 7517, section 4; RFC 7518, section 6; RFC 8037, section 2).
struct JSONWebKeyReader {
    let type: String
    let algorithm: SignatureAlgorithm?
    let keyID: String?
    private let json: JSONValue

    init(_ json: JSONValue) throws(UnusableKey) {
        guard json.members != nil else { throw .notAnObject }
        self.json = json
        guard let type = try Self.text("kty", in: json) else { throw .member("kty") }
        self.type = type
        self.algorithm = try Self.algorithm(in: json)
        self.keyID = try Self.text("kid", in: json)
        if let keyID, keyID.utf8.count > JOSEHeader.maximumKeyIDByteCount { throw .keyIDTooLong }
    }

    /// Both members are optional; if they are there, they must allow it.
    func require(use: String, operation: String) throws(UnusableKey) {
        if let actual = try Self.text("use", in: self.json), actual != use { throw .notForSignatures }
        guard let operations = self.json["key_ops"] else { return }
        guard case .array(let operations) = operations else { throw .member("key_ops") }
        guard operations.contains(.string(operation)) else { throw .operationNotAllowed }
    }

    func publicParameters() throws(UnusableKey) -> PublicKey.Parameters {
        switch self.type {
        case "RSA":
            return .rsa(modulus: try self.bytes("n"), exponent: try self.bytes("e"))
        case "EC":
            let name = try self.text("crv")
            guard let curve = EllipticCurve(rawValue: name) else { throw .unknownCurve(name) }
            return .ellipticCurve(curve, x: try self.bytes("x"), y: try self.bytes("y"))
        case "OKP":
            let name = try self.text("crv")
            guard name == "Ed25519" else { throw .unknownCurve(name) }
            return .ed25519(try self.bytes("x"))
        case "oct":
            throw .symmetric
        default:
            throw .unknownType(self.type)
        }
    }

    func privateParameters() throws(UnusableKey) -> PrivateKey.Parameters {
        switch self.type {
        case "RSA": .rsa(exponent: try self.bytes("d"), primes: try self.primes())
        case "EC": .ellipticCurve(scalar: try self.bytes("d"))
        case "OKP": .ed25519(seed: try self.bytes("d"))
        default: throw .unknownType(self.type)
        }
    }

    /// The bytes of a symmetric key (RFC 7518, section 6.4).
    func secret() throws(UnusableKey) -> [UInt8] {
        try self.bytes("k")
    }

    // MARK: - Private details

    /// RFC 7518, section 6.3.2: all of them or none; keys of more than two primes are not supported.
    private func primes() throws(UnusableKey) -> PrivateKey.RSAPrimes? {
        guard self.json["p"] != nil else { return nil }
        guard self.json["oth"] == nil else { throw .member("oth") }
        return PrivateKey.RSAPrimes(
            p: try self.bytes("p"),
            q: try self.bytes("q"),
            dp: try self.bytes("dp"),
            dq: try self.bytes("dq"),
            qi: try self.bytes("qi")
        )
    }

    private func bytes(_ name: String) throws(UnusableKey) -> [UInt8] {
        guard let bytes = Base64URL.decode(try self.text(name)), !bytes.isEmpty else { throw .member(name) }
        return bytes
    }

    private func text(_ name: String) throws(UnusableKey) -> String {
        guard let text = try Self.text(name, in: self.json) else { throw .member(name) }
        return text
    }

    /// Nil if there is no such member; a member that is no string is malformed.
    private static func text(_ name: String, in json: JSONValue) throws(UnusableKey) -> String? {
        guard let value = json[name] else { return nil }
        guard case .string(let text) = value else { throw .member(name) }
        return text
    }

    private static func algorithm(in json: JSONValue) throws(UnusableKey) -> SignatureAlgorithm? {
        guard let name = try self.text("alg", in: json) else { return nil }
        guard let algorithm = SignatureAlgorithm(name: name) else { throw .unknownAlgorithm(name) }
        return algorithm
    }
}
