internal import AuthorizationServer
internal import Bytes
package import Cryptography
internal import JOSE
internal import Stores

/// A user as `users add` describes one.
package struct UserDraft: Sendable {
    package var name: String
    package var displayName: String?
    package var email: String?
    package var isEmailVerified = false
    package var groups: [String] = []
    package var claims: [ClaimAssignment] = []

    package init(name: String) { self.name = name }
}

extension ServerAdministration {
    private static let user = "user"

    /// Says what is wrong with a new user, before somebody thinks of a password.
    package func check(_ draft: UserDraft) throws(AdministrationError) {
        guard User.isName(draft.name) else {
            let limit = User.maximumNameByteCount
            throw .invalid("NAME", reason: "a user's name is 1 to \(limit) visible ASCII characters without `:`")
        }
        if let email = draft.email, !User.isEmail(email) { throw .invalid("--email", reason: "not an e-mail address") }
        var names: Set<String> = []
        for claim in draft.claims {
            guard !User.isRegistered(claim: claim.name) else {
                throw .invalid(
                    "--claim \(claim.name)",
                    reason: "the server itself says it, or it has a meaning of its own"
                )
            }
            guard names.insert(claim.name).inserted else {
                throw .invalid("--claim \(claim.name)", reason: "stands twice")
            }
        }
        try self.checkIsFree(draft.name)
    }

    /// Adds a user who is right by `check`.
    package func add(_ draft: UserDraft, password: PasswordHash) throws(AdministrationError) {
        try self.check(draft)
        let record = UserRecord(
            name: draft.name,
            passwordHash: password,
            displayName: draft.displayName,
            email: draft.email,
            isEmailVerified: draft.isEmailVerified,
            groups: draft.groups,
            claims: .object(draft.claims.map { JSONMember(name: $0.name, value: $0.value) }),
            created: self.now
        )
        let isNew = try Self.stored { () throws(StoreError) in try self.store.addUser(record) }
        guard isNew else { throw .taken(Self.user, name: draft.name) }
    }

    /// Whether the store keeps a user of that name, whose password can be changed. Throws when it does not.
    package func checkIsStored(user name: String) throws(AdministrationError) {
        guard !self.isInPolicy(name) else { throw .inPolicy(Self.user, name: name) }
        let user = try Self.stored { () throws(StoreError) in try self.store.user(named: name) }
        guard user != nil else { throw .unknown(Self.user, name: name) }
    }

    /// Changes a password, which ends all sessions and grants of the user.
    package func setPassword(_ hash: PasswordHash, ofUser name: String) throws(AdministrationError) {
        try self.checkIsStored(user: name)
        let isKnown = try Self.stored { () throws(StoreError) in
            try self.store.setPassword(hash, ofUser: name, keepingSession: nil, at: self.now)
        }
        guard isKnown else { throw .unknown(Self.user, name: name) }
    }

    /// Removes a user with all sessions and grants.
    package func removeUser(_ name: String) throws(AdministrationError) {
        let isKnown = try Self.stored { () throws(StoreError) in try self.store.removeUser(named: name, at: self.now) }
        guard isKnown else {
            throw self.isInPolicy(name) ? .inPolicy(Self.user, name: name) : .unknown(Self.user, name: name)
        }
    }

    /// The users of the policy, and then those of the store.
    package func users() throws(AdministrationError) -> UserListing {
        let stored = try Self.stored { () throws(StoreError) in try self.store.users() }
        return UserListing(policy: self.settings.users, stored: stored)
    }

    /// The hash of a new password. Throws when there is none, or the scheme cannot keep it. A short one is the operator's
    /// decision, who hears of it by `warn`: accounts come from elsewhere, too.
    package static func hash(
        _ password: String,
        scheme: PasswordHash.Scheme,
        warn: (String) -> Void
    ) throws(AdministrationError) -> PasswordHash {
        do {
            try PasswordRule.check(password, for: scheme)
        } catch .tooShort where !password.isEmpty {
            warn("\(PasswordRule.Fault.tooShort), which the account page would refuse")
        } catch {
            throw .weakPassword(error)
        }
        do {
            return try PasswordHash(hashing: password, scheme: scheme)
        } catch {
            throw .password(error)
        }
    }

    private func isInPolicy(_ name: String) -> Bool { self.settings.users.contains { $0.name.hasSameBytes(as: name) } }

    private func checkIsFree(_ name: String) throws(AdministrationError) {
        guard !self.isInPolicy(name) else { throw .inPolicy(Self.user, name: name) }
        let known = try Self.stored { () throws(StoreError) in try self.store.user(named: name) }
        guard known == nil else { throw .taken(Self.user, name: name) }
    }
}
