internal import Cryptography

extension SQLiteAuthorizationStore {
    public func adoptPolicyPasswords(_ passwords: [PolicyPassword], at now: Timestamp) throws(StoreError) {
        // By their bytes: dictionaries compare texts as Unicode does.
        let next = Dictionary(passwords.map { (Array($0.user.utf8), $0) }, uniquingKeysWith: { first, _ in first })
        try self.write(at: now) { () throws(StoreError) in
            let former = try self.policyPasswords()
            for (name, password) in former where next[name]?.digest != password.digest {
                // RFC 9700, section 4.14.2: refresh tokens are revoked when the password changes.
                try self.signOut(password.user, at: now)
                try self.database.run("DELETE FROM policy_passwords WHERE user = ?", password.user)
            }
            for (name, password) in next where former[name]?.digest != password.digest {
                try self.database.run(
                    "INSERT INTO policy_passwords (user, digest) VALUES (?, ?)",
                    password.user,
                    password.digest
                )
            }
        }
    }

    private func policyPasswords() throws(StoreError) -> [[UInt8]: PolicyPassword] {
        let rows = try self.database.all("SELECT user, digest FROM policy_passwords") { row throws(StoreError) in
            PolicyPassword(user: try row.next(), digest: try row.next())
        }
        return Dictionary(rows.map { (Array($0.user.utf8), $0) }, uniquingKeysWith: { first, _ in first })
    }
}
