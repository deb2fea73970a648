import AuthorizationServer
import Cryptography
import JOSE

// `authorization_server.users`: people whom the policy itself knows.

extension PolicyReader {
    func users(_ field: PolicyField) -> [User]? {
        guard let entries = self.named(field) else { return nil }
        return entries.compactMap { name, position, field in
            guard name.isUnset || User.isName(name.text) else {
                let limit = User.maximumNameByteCount
                self.error(field, "a user's name is 1 to \(limit) visible ASCII characters without `:`", at: position)
                return nil
            }
            return self.user(field, named: name.text)
        }
    }

    private func user(_ field: PolicyField, named name: String) -> User? {
        guard let section = self.section(field) else { return nil }
        let hash = self.passwordHash(section)
        let displayName = section.value("name") { self.displayName($0) }
        let email = section.value("email", self.email)
        let isEmailVerified = section.value("email_verified", self.bool) ?? false
        let groups = section.value("groups") { self.list($0, mayBeEmpty: true) { self.nonEmptyText($0) } } ?? []
        let claims = section.value("claims", self.userClaims) ?? .object([])
        section.finish()
        guard let hash else { return nil }
        var user = User(name: name, passwordHash: hash)
        user.displayName = displayName
        user.email = email
        user.isEmailVerified = isEmailVerified
        user.groups = groups
        user.claims = claims
        return user
    }

    /// OWASP Password Storage Cheat Sheet, "bcrypt": "a work factor of 10 or more".
    private static let leastBcryptCost = 10

    private func passwordHash(_ section: Section) -> PasswordHash? {
        if let field = section.field("password") {
            _ = section.field("password_hash")
            self.error(
                field,
                "a password never stands in a policy; write `password_hash:` and what `gatehouse users hash` prints"
            )
            return nil
        }
        return section.required("password_hash", because: "`gatehouse users hash` makes one", self.passwordHash)
    }

    private func passwordHash(_ field: PolicyField) -> PasswordHash? {
        guard let scalar = self.scalar(field, "the hash of a password"), !scalar.isUnset else { return nil }
        do {
            let hash = try PasswordHash(scalar.text)
            if let cost = hash.bcryptCost, cost < Self.leastBcryptCost {
                self.warning(
                    field,
                    "bcrypt with a cost of \(cost) is soon guessed by who gets hold of it; \(Self.leastBcryptCost) is the "
                        + "least, and `gatehouse users hash` makes one"
                )
            }
            return hash
        } catch {
            self.error(field, "\(error); `gatehouse users hash` makes one")
            return nil
        }
    }

    private func email(_ field: PolicyField) -> String? {
        self.parsed(field, "an e-mail address") { User.isEmail($0) ? $0 : nil }
    }

    private func userClaims(_ field: PolicyField) -> JSONValue? {
        guard let entries = self.named(field) else { return nil }
        for (name, position, field) in entries where User.isRegistered(claim: name.text) {
            self.error(field, "the server itself says this claim, or it has a meaning of its own", at: position)
        }
        return self.json(field)
    }
}
