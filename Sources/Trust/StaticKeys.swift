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
            return self.ring(issuer) { () throws in try JSONWebKeySet(parsing: text.utf8.span) }
        case .pem(let text):
            return self.ring(issuer) { () throws in JSONWebKeySet(try PublicKey(pem: text)) }
        case .secret(let bytes):
            return try? KeyRing(SecretKey(bytes), algorithms: issuer.algorithms, generation: self.generation)
        }
    }

    private static func ring(_ issuer: IssuerSettings, _ read: () throws -> JSONWebKeySet) -> KeyRing? {
        guard let set = try? read() else { return nil }
        return try? KeyRing(set, algorithms: issuer.algorithms, generation: self.generation)
    }
}
