internal import COpenSSL

/// Named values for OpenSSL, such as the parts a key is made of. What it holds is erased when it goes.
final class KeyParameters {
    /// What a value is called. The builder keeps the pointer it is given, so that names live as long as the process.
    struct Name {
        let text: StaticString

        /// OSSL_PKEY_PARAM_RSA_N, _E, _D, and the primes with what belongs to them.
        static var modulus: Name { Name(text: "n") }
        static var publicExponent: Name { Name(text: "e") }
        static var privateExponent: Name { Name(text: "d") }
        static var firstPrime: Name { Name(text: "rsa-factor1") }
        static var secondPrime: Name { Name(text: "rsa-factor2") }
        static var firstExponent: Name { Name(text: "rsa-exponent1") }
        static var secondExponent: Name { Name(text: "rsa-exponent2") }
        static var coefficient: Name { Name(text: "rsa-coefficient1") }
        /// OSSL_PKEY_PARAM_GROUP_NAME, _PUB_KEY, _PRIV_KEY.
        static var group: Name { Name(text: "group") }
        static var publicPoint: Name { Name(text: "pub") }
        static var privateScalar: Name { Name(text: "priv") }
        /// OSSL_MAC_PARAM_DIGEST.
        static var digest: Name { Name(text: "digest") }

        var pointer: UnsafePointer<CChar> { UnsafeRawPointer(self.text.utf8Start).assumingMemoryBound(to: CChar.self) }
    }

    private let builder: OpaquePointer
    /// The builder only refers to its numbers.
    private var numbers: [OpaquePointer] = []
    private var octets: [UnsafeMutableBufferPointer<UInt8>] = []

    init() {
        guard let builder = OSSL_PARAM_BLD_new() else { preconditionFailure("no memory for parameters") }
        self.builder = builder
    }

    deinit {
        OSSL_PARAM_BLD_free(self.builder)
        for number in self.numbers { BN_clear_free(number) }
        for octets in self.octets {
            OPENSSL_cleanse(octets.baseAddress, octets.count)
            octets.deallocate()
        }
    }

    /// Sets a number from its big-endian bytes.
    func set(_ name: Name, number bytes: [UInt8]) {
        guard let number = BN_bin2bn(bytes, Int32(bytes.count), nil) else {
            preconditionFailure("no memory for a number")
        }
        self.numbers.append(number)
        precondition(OSSL_PARAM_BLD_push_BN(self.builder, name.pointer, number) == 1, "no memory for parameters")
    }

    /// Sets a string of bytes.
    func set(_ name: Name, octets bytes: [UInt8]) {
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
        _ = copy.initialize(from: bytes)
        self.octets.append(copy)
        precondition(
            OSSL_PARAM_BLD_push_octet_string(self.builder, name.pointer, copy.baseAddress, copy.count) == 1,
            "no memory for parameters"
        )
    }

    /// Sets a text.
    func set(_ name: Name, _ text: StaticString) {
        precondition(
            OSSL_PARAM_BLD_push_utf8_string(
                self.builder,
                name.pointer,
                Name(text: text).pointer,
                text.utf8CodeUnitCount
            ) == 1,
            "no memory for parameters"
        )
    }

    /// Hands the values to `body`; they are valid only inside.
    func build<Result>(_ body: (UnsafeMutablePointer<OSSL_PARAM>) -> Result) -> Result {
        guard let parameters = OSSL_PARAM_BLD_to_param(self.builder) else {
            preconditionFailure("no memory for parameters")
        }
        defer { OSSL_PARAM_free(parameters) }
        return body(parameters)
    }

    /// A key of these parts; nil if OpenSSL refuses them. `type` is OpenSSL's name of it.
    func makeKey(type: String, isPrivate: Bool) -> OpaquePointer? {
        guard let context = EVP_PKEY_CTX_new_from_name(nil, type, nil) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        let selection = isPrivate ? gh_EVP_PKEY_KEYPAIR() : gh_EVP_PKEY_PUBLIC_KEY()
        return self.build { parameters in
            var key: OpaquePointer?
            guard EVP_PKEY_fromdata_init(context) == 1 else { return nil }
            return EVP_PKEY_fromdata(context, &key, selection, parameters) == 1 ? key : nil
        }
    }
}
