import Bytes
import Cryptography
import JOSE
public import OAuth

/// Keys that the policy file holds itself, or that it names as files.
public enum StaticKeys {
    /// The generation of keys that never change under one policy.
    static let generation: UInt64 = 1

    /// The prepared keys of an issuer; nil when its keys are fetched. The source was read when the policy was checked.
    public static func ring(for issuer: IssuerSettings) -> KeyRing? {
        switch issuer.keys {
        case .discovery, .url: return nil
        case .keySet(let text):
            let bytes = [UInt8](text.utf8)
            return self.ring(issuer, try? JSONWebKeySet(parsing: bytes.span))
        case .pem(let text):
            let bytes = [UInt8](text.utf8)
            let key = try? JSONWebKey(key: PublicKey(pem: bytes.span))
            return self.ring(issuer, key.map { JSONWebKeySet(keys: [$0]) })
        case .secret(let bytes):
            return try? KeyRing(SecretKey(bytes), algorithms: issuer.algorithms, generation: self.generation)
        }
    }

    private static func ring(_ issuer: IssuerSettings, _ set: JSONWebKeySet?) -> KeyRing? {
        guard let set else { return nil }
        return try? KeyRing(set, algorithms: issuer.algorithms, generation: self.generation)
    }
}
