import Bytes
import Cryptography
public import JOSE
public import OAuth

/// Keys that the policy file holds itself, or that it names as files.
public enum StaticKeys {
    /// The generation of keys that never change under one policy.
    static let generation: UInt64 = 1

    /// The prepared keys of an issuer; nil when the policy does not hold them. The source was read when the policy was checked.
    public static func ring(for issuer: IssuerSettings) -> KeyRing? {
        if case .secret(let bytes) = issuer.keys {
            return try? KeyRing(SecretKey(bytes), algorithms: issuer.algorithms, generation: self.generation)
        }
        return self.set(for: issuer).flatMap {
            try? KeyRing($0, algorithms: issuer.algorithms, generation: self.generation)
        }
    }

    /// The public keys of an issuer; nil when the policy does not hold them, or they are a secret.
    public static func set(for issuer: IssuerSettings) -> JSONWebKeySet? {
        switch issuer.keys {
        case .discovery, .url, .embedded, .secret: return nil
        case .keySet(let text):
            let bytes = [UInt8](text.utf8)
            return try? JSONWebKeySet(parsing: bytes.span)
        case .pem(let text):
            let bytes = [UInt8](text.utf8)
            let key = try? JSONWebKey(key: PublicKey(pem: bytes.span))
            return key.map { JSONWebKeySet(keys: [$0]) }
        }
    }
}
