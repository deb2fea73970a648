import Cryptography
import OAuth

// `algorithms` of an issuer: what its tokens may be signed with. There is no default that takes everything (J1).

extension PolicyReader {
    func algorithms(_ field: PolicyField) -> [SignatureAlgorithm]? {
        let algorithms = self.list(field, self.algorithm)
        // One wrong name among right ones is still a wrong list.
        return algorithms?.count == field.elements.count ? algorithms : nil
    }

    func algorithm(_ field: PolicyField) -> SignatureAlgorithm? {
        guard let scalar = self.scalar(field, "the name of an algorithm"), !scalar.isUnset else { return nil }
        if let algorithm = SignatureAlgorithm(rawValue: scalar.text) { return algorithm }
        if scalar.text.lowercased() == "none" {
            self.error(field, "an unsigned token proves nothing; `none` is never accepted")
        } else {
            let names = SignatureAlgorithm.allCases.map(\.rawValue)
            let suggestion = Suggestion.closest(to: scalar.source, among: names)
            self.error(field, "unknown algorithm \(scalar.quoted)", suggestion: suggestion)
        }
        return nil
    }

    /// RFC 8725 3.1: with both kinds at once, a public key could be taken for a secret.
    func check(_ algorithms: [SignatureAlgorithm], _ field: PolicyField, _ keys: KeySourceSettings) {
        let isSymmetric = algorithms.contains(where: \.isSymmetric)
        if isSymmetric, !algorithms.allSatisfy(\.isSymmetric) {
            self.error(field, "HS256, HS384 and HS512 never stand beside other algorithms")
        } else if case .secret = keys {
            if !isSymmetric { self.error(field, "a `secret` verifies HS256, HS384 and HS512 alone") }
        } else if isSymmetric {
            self.error(field, "HS256, HS384 and HS512 need `keys: {secret: …}`")
        }
    }
}
