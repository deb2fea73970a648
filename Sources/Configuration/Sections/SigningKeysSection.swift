import AuthorizationServer
import Cryptography

// `authorization_server.keys`: what tokens are signed with, and what the store is sealed with.

extension PolicyReader {
    /// A key is published for ten minutes before it signs, and for the life of a token after. More often than this, keys
    /// would pile up.
    private static let rotations = Duration.seconds(60)...(.seconds(365 * 86_400))
    /// To rotate the sealing key one keeps the old ones for a while; nobody keeps so many.
    private static let maximumSealFiles = 16

    /// Nil when something is wrong, or not known. Everything may be left out.
    func signingKeys(_ section: Section, _ store: StoreSettings?) -> SigningKeySettings? {
        var settings = SigningKeySettings()
        if case .sqlite(let path) = store { settings.sealFiles = [Self.sealFile(beside: path)] }
        guard let field = section.field("keys") else { return settings }
        guard let section = self.section(field) else { return nil }
        defer { section.finish() }
        let algorithm = section.field("algorithm")
        section.read("rotate", into: &settings.rotation) { self.duration($0, in: Self.rotations) }
        self.warnOfHaste(settings.rotation, section)
        self.readSeal(section, store, into: &settings)
        if let algorithm {
            guard let known = self.signingAlgorithm(algorithm) else {
                _ = section.field("secret")
                return nil
            }
            settings.algorithm = known
        }
        return self.readSecret(section, algorithm, into: &settings) ? settings : nil
    }

    private func signingAlgorithm(_ field: PolicyField) -> SignatureAlgorithm? {
        guard let algorithm = self.algorithm(field) else { return nil }
        guard !algorithm.isSymmetric || algorithm == .hs256 else {
            self.error(field, "of the algorithms with a shared secret only HS256 is there, for tests; use ES256")
            return nil
        }
        return algorithm
    }

    /// False when HS256 has no secret, or another algorithm has one.
    private func readSecret(_ section: Section, _ algorithm: PolicyField?, into settings: inout SigningKeySettings)
        -> Bool
    {
        guard let field = section.field("secret") else {
            guard settings.algorithm.isSymmetric else { return true }
            self.error(algorithm ?? section.field, "HS256 needs a `secret` beside it")
            return false
        }
        guard settings.algorithm.isSymmetric else {
            self.error(field, "a `secret` signs HS256 alone; the keys of other algorithms are made at the first start")
            return false
        }
        self.warning(field, "who can check such a token can make one; for tests, use ES256 elsewhere")
        guard let bytes = self.secretBytes(field), let secret = try? SecretKey(bytes) else { return false }
        settings.secret = secret
        return true
    }

    private func readSeal(_ section: Section, _ store: StoreSettings?, into settings: inout SigningKeySettings) {
        guard let field = section.field("seal") else { return }
        // What stands here may be the key itself, which no message repeats.
        if case .scalar(let text) = field.node.content, !text.isUnset, !text.isNull {
            return self.error(field, "expected `{ file: PATH }`: the key itself does not stand in the policy")
        }
        guard let seal = self.section(field) else { return }
        defer { seal.finish() }
        guard let files = seal.required("file", because: "the key that seals the store", self.sealFiles) else { return }
        if store == .memory {
            self.warning(field, "nothing is sealed, as the store is in memory")
        } else {
            settings.sealFiles = files
        }
    }

    private func sealFiles(_ field: PolicyField) -> [String]? {
        guard let texts = self.texts(field) else { return nil }
        guard texts.count <= Self.maximumSealFiles else {
            self.error(field, "at most \(Self.maximumSealFiles) files")
            return nil
        }
        let files = zip(texts, field.elements).filter { !self.isUnset($0.1) }.map { self.located($0.0) }
        for (file, element) in zip(files, field.elements) where files.count(where: { $0 == file }) > 1 {
            self.error(element, "the file stands here twice")
            return nil
        }
        return files
    }

    /// `seal.key` in the directory of the store.
    private static func sealFile(beside path: String) -> String {
        let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        return directory + "seal.key"
    }
}
