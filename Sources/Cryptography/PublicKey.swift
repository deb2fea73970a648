internal import COpenSSL

/// A public key that can be relied on: its size, its curve and its point have been checked.
public final class PublicKey: @unchecked Sendable {
    // Sendable: the EVP_PKEY is never changed after `init`, and OpenSSL locks what it caches inside.

    /// RFC 7518, section 3.3: "A key of size 2048 bits or larger MUST be used."
    public static let minimumModulusBits = 2048
    /// What a verification may cost: beyond this OpenSSL takes milliseconds, and nobody issues such keys.
    public static let maximumModulusBits = 8192

    /// The numbers a key consists of, big-endian; those of RSA without leading zeros, those of a curve at full size.
    public enum Parameters: Equatable, Sendable {
        case rsa(modulus: [UInt8], exponent: [UInt8])
        case ellipticCurve(EllipticCurve, x: [UInt8], y: [UInt8])
        case ed25519([UInt8])
    }

    public let parameters: Parameters
    private let handle: OpaquePointer

    /// A key of these numbers. Leading zeros of RSA numbers are dropped.
    public convenience init(_ parameters: Parameters) throws(KeyError) {
        try self.init(adopting: Self.handle(of: parameters))
    }

    /// Checks a key and owns it from here on, also when it is refused.
    init(adopting handle: OpaquePointer) throws(KeyError) {
        self.handle = handle
        do {
            self.parameters = try OpenSSLErrors.contained { () throws(KeyError) in try Self.parameters(of: handle) }
        } catch {
            // An object that was never complete has no deinit.
            EVP_PKEY_free(handle)
            throw error
        }
    }

    deinit { EVP_PKEY_free(self.handle) }

    /// The kind of key, as an algorithm asks for it.
    public var family: SignatureAlgorithm.KeyFamily {
        switch self.parameters {
        case .rsa: .rsa
        case .ellipticCurve(let curve, _, _): .ellipticCurve(curve)
        case .ed25519: .ed25519
        }
    }

    /// The algorithms that this key can verify: one, or the six of RSA.
    public var algorithms: [SignatureAlgorithm] {
        SignatureAlgorithm.allCases.filter { $0.keyFamily == self.family }
    }

    /// The bytes of a signature made with `algorithm`.
    func signatureByteCount(_ algorithm: SignatureAlgorithm) -> Int {
        algorithm.signatureByteCount ?? Int(EVP_PKEY_get_size(self.handle))
    }

    /// Lends the key. It must not be used outside: the object may go as soon as nobody looks at it.
    func withHandle<Result, Failure: Error>(
        _ body: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(self.handle)
    }

    // MARK: - Private details

    private static func handle(of parameters: Parameters) throws(KeyError) -> OpaquePointer {
        let handle: OpaquePointer? = try OpenSSLErrors.contained { () throws(KeyError) in
            switch parameters {
            case .rsa(let modulus, let exponent):
                let parts = KeyParameters()
                parts.set(.modulus, number: modulus)
                parts.set(.publicExponent, number: exponent)
                return parts.makeKey(type: "RSA", isPrivate: false)
            case .ellipticCurve(let curve, let x, let y):
                let parts = KeyParameters()
                try parts.set(curve: curve, x: x, y: y)
                guard let key = parts.makeKey(type: "EC", isPrivate: false) else { throw .pointNotOnCurve }
                return key
            case .ed25519(let point):
                guard point.count == 32 else { throw .wrongSize(expected: 32, actual: point.count) }
                return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, point, point.count)
            }
        }
        guard let handle else { throw .malformed }
        return handle
    }

    private static func parameters(of handle: OpaquePointer) throws(KeyError) -> Parameters {
        switch EVP_PKEY_get_base_id(handle) {
        case EVP_PKEY_RSA:
            let modulus = try handle.number(OSSL_PKEY_PARAM_RSA_N)
            let exponent = try handle.number(OSSL_PKEY_PARAM_RSA_E)
            try self.check(modulus: modulus, exponent: exponent)
            return .rsa(modulus: modulus, exponent: exponent)
        case EVP_PKEY_EC:
            let curve = try self.curve(of: handle)
            guard self.isOnCurve(handle) else { throw .pointNotOnCurve }
            return .ellipticCurve(
                curve,
                x: try handle.number(OSSL_PKEY_PARAM_EC_PUB_X, byteCount: curve.coordinateByteCount),
                y: try handle.number(OSSL_PKEY_PARAM_EC_PUB_Y, byteCount: curve.coordinateByteCount)
            )
        case EVP_PKEY_ED25519:
            var point = [UInt8](repeating: 0, count: 32)
            var count = point.count
            guard EVP_PKEY_get_raw_public_key(handle, &point, &count) == 1, count == 32 else { throw .malformed }
            guard !SmallOrderPoint.isOne(point) else { throw .pointNotOnCurve }
            return .ed25519(point)
        default:
            throw .unsupportedType
        }
    }

    private static func check(modulus: [UInt8], exponent: [UInt8]) throws(KeyError) {
        let bits = modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0)
        guard bits >= self.minimumModulusBits else { throw .modulusTooSmall(bits: bits) }
        guard bits <= self.maximumModulusBits else { throw .modulusTooLarge(bits: bits) }
        guard let last = modulus.last, last & 1 == 1 else { throw .modulusNotOdd }
        // FIPS 186-5, A.1.1 asks for an odd exponent above 2^16; OpenSSL takes no more than 64 bits with large moduli.
        guard exponent.count <= 8 else { throw .exponentNotAllowed }
        let value = exponent.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard value > 65536, value & 1 == 1 else { throw .exponentNotAllowed }
    }

    private static func curve(of handle: OpaquePointer) throws(KeyError) -> EllipticCurve {
        var name = [CChar](repeating: 0, count: 64)
        var count = 0
        guard EVP_PKEY_get_group_name(handle, &name, name.count, &count) == 1 else { throw .unsupportedCurve }
        let identifier = OBJ_txt2nid(name)
        for curve in EllipticCurve.allCases where OBJ_txt2nid("\(curve.groupName)") == identifier { return curve }
        throw .unsupportedCurve
    }

    private static func isOnCurve(_ handle: OpaquePointer) -> Bool {
        guard let context = EVP_PKEY_CTX_new_from_pkey(nil, handle, nil) else { return false }
        defer { EVP_PKEY_CTX_free(context) }
        return EVP_PKEY_public_check(context) == 1
    }
}

extension KeyParameters {
    /// The public part of a key on a NIST curve. Coordinates have the curve's full size (RFC 7518, section 6.2.1.2).
    func set(curve: EllipticCurve, x: [UInt8], y: [UInt8]) throws(KeyError) {
        for coordinate in [x, y] where coordinate.count != curve.coordinateByteCount {
            throw .wrongSize(expected: curve.coordinateByteCount, actual: coordinate.count)
        }
        self.set(.group, curve.groupName)
        // SEC 1, section 2.3.3: 4 announces an uncompressed point.
        self.set(.publicPoint, octets: [4] + x + y)
    }
}

extension OpaquePointer {
    /// A number out of an `EVP_PKEY`, big-endian: of that size, or as short as it can be.
    fileprivate func number(_ name: String, byteCount: Int? = nil) throws(KeyError) -> [UInt8] {
        var number: OpaquePointer?
        guard EVP_PKEY_get_bn_param(self, name, &number) == 1, let number else { throw .malformed }
        defer { BN_clear_free(number) }
        let byteCount = byteCount ?? Int(BN_num_bits(number) + 7) / 8
        return [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
            count = max(0, Int(BN_bn2binpad(number, output.baseAddress, Int32(byteCount))))
        }
    }
}
