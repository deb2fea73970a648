internal import Bytes
internal import Cryptography
internal import Endpoints
internal import Stores

/// Whether a password is a user's: the one function for every way in which somebody tries one.
///
/// A name that nobody has is treated as all others are: it costs the same time, counts for the lockout, and is not told
/// apart by the outcome. It is in no audit line, for some people type their password there.
enum PasswordCheck {
    enum Outcome: Sendable {
        case right(User)
        case wrong
        /// For so many whole seconds no password of that name may be tried from there.
        case lockedOut(seconds: Int64)
    }

    /// What the handler does then, in a later turn on the store's thread, or in this one after a lockout.
    typealias Next = @Sendable (EndpointContext, Outcome) throws(EndpointFailure) -> Step

    /// Tries `password`. A failure is counted, noted and kept for the user to see; who succeeded is for `next` to note.
    ///
    /// - Parameters:
    ///   - clientID: Of the client through which it is tried, for the audit line.
    ///   - ifBusy: Makes the answer when too many passwords wait to be hashed.
    static func begin(
        name: String,
        password: String,
        clientID: String? = nil,
        in context: EndpointContext,
        ifBusy: @escaping () throws(EndpointFailure) -> EndpointAnswer,
        then next: @escaping Next
    ) throws(EndpointFailure) -> Step {
        if let seconds = context.lockout.wait(for: .user(name), from: context.request.client) {
            let user = try context.user(named: name)
            context.note(.lockedOut, subject: user?.name, clientID: clientID)
            return try next(context, .lockedOut(seconds: seconds))
        }
        let hash = try context.user(named: name)?.passwordHash ?? self.nobodysHash(name, context)
        return .hash(
            HashingJob(ifBusy: ifBusy) {
                let isRight = hash.verifies(password)
                return { context throws(EndpointFailure) in
                    let user = try context.user(named: name)
                    // In the meantime the user may have gone, or changed the password.
                    let isTheirs = user?.passwordHash.text.hasSameBytes(as: hash.text) ?? false
                    let outcome = try self.end(name, isRight && isTheirs ? user : nil, user, clientID, context)
                    return try next(context, outcome)
                }
            }
        )
    }

    // MARK: - Private details

    private static func end(
        _ name: String,
        _ proven: User?,
        _ known: User?,
        _ clientID: String?,
        _ context: EndpointContext
    ) throws(EndpointFailure) -> Outcome {
        let wait = context.lockout.ended(.user(name), from: context.request.client, succeeded: proven != nil)
        if let wait {
            context.note(.lockedOut, subject: known?.name, clientID: clientID)
            return .lockedOut(seconds: wait)
        }
        if let proven { return .right(proven) }
        context.note(.signInFailed, subject: known?.name, clientID: clientID)
        if let known { context.recordSignIn(of: known, succeeded: false) }
        return .wrong
    }

    /// Costs what a user's hash costs. Which user's, the name decides: a name takes the same time whenever it is tried.
    private static func nobodysHash(_ name: String, _ context: EndpointContext) -> PasswordHash {
        let hashes = context.policy.settings.users.map(\.passwordHash) + context.storedHashForms
        guard !hashes.isEmpty else { return self.yescrypt }
        // Swift's hash has a key of the process.
        let index = Int(UInt(bitPattern: name.hashValue) % UInt(hashes.count))
        return PasswordHash(dummyLike: hashes[index])
    }

    /// As new passwords are kept.
    private static let yescrypt: PasswordHash = {
        guard let hash = try? PasswordHash(hashing: RandomSecret().text) else {
            preconditionFailure("a secret of ours has no NUL and is short")
        }
        return PasswordHash(dummyLike: hash)
    }()
}

extension EndpointContext {
    /// Keeps an attempt to sign in, for the user to look at, soon.
    func recordSignIn(of user: User, succeeded: Bool) {
        let userAgent = String(decoding: (self.request.userAgent ?? "").utf8.prefix(Self.keptUserAgent), as: UTF8.self)
        self.signIns.add(
            SignIn(
                user: user.name,
                time: self.now,
                succeeded: succeeded,
                network: self.request.clientText,
                userAgent: userAgent
            )
        )
    }

    /// Bytes of `User-Agent` that are kept: the browsers' own are shorter.
    private static let keptUserAgent = 256
}
