internal import Stores

/// Follows what the store says was revoked, and forgets what is over.
struct RevocationReader {
    private(set) var grants = RevokedGrants()
    /// All of `grants`, in the order in which they were committed; those before `first` are forgotten.
    private var order: [RevokedGrant] = []
    private var first = 0
    private var position: Int64 = 0
    private let maximumCount: Int
    /// Whether something was taken that no `renew` has returned true for, because the store failed behind it.
    private var hasNews = false
    /// Those that were taken since this was emptied.
    private var added: [GrantID] = []

    /// The longest time that an access token counts after its grant was revoked, whatever the policy said when it was issued;
    /// with the leeway that issuers may have, and a clock that was set back by as much.
    static let window = TokenLifetimes.longestAccess + TokenLifetimes.margin
    /// Grants that are known one by one: some 15 MB. For one more the oldest is forgotten, and all tokens that were issued
    /// before it was revoked are refused instead: clients get fresh ones, and no revoked one passes.
    static let maximumCount = 131_072
    /// Rows that are in memory at once while many are read.
    static let pageCount = 1024

    init(maximumCount: Int = Self.maximumCount) { self.maximumCount = maximumCount }

    /// Takes what was revoked since the last call, and forgets what is over. Returns whether anything was revoked.
    mutating func renew(_ store: any RevocationStore, at now: Timestamp) throws(StoreError) -> Bool {
        self.forgetEnded(at: now)
        while true {
            let page = try store.revocations(after: self.position, since: now - Self.window, limit: Self.pageCount)
            for grant in page.grants where self.grants.add(grant) {
                self.order.append(grant)
                self.added.append(grant.id)
                self.hasNews = true
                if self.grants.count > self.maximumCount { self.forgetOldest(at: now) }
            }
            self.position = page.position
            guard page.isLast else { continue }
            defer { self.hasNews = false }
            return self.hasNews
        }
    }

    /// What `renew` has taken since the last call of this.
    mutating func takeAdded() -> [GrantID] {
        defer { self.added = [] }
        return self.added
    }

    // MARK: - Private details

    private mutating func forgetEnded(at now: Timestamp) {
        while self.first < self.order.count, self.order[self.first].revoked + Self.window < now { self.dropFirst() }
        if let end = self.grants.unknownUntil, end + Self.window < now { self.grants.setUnknown(until: nil) }
    }

    /// A token of its grant is not younger than the revocation, unless the clock was set back in between. Tokens of the
    /// future need not be refused for that.
    private mutating func forgetOldest(at now: Timestamp) {
        let end = min(self.order[self.first].revoked + TokenLifetimes.margin, now)
        self.grants.setUnknown(until: max(end, self.grants.unknownUntil ?? end))
        self.dropFirst()
    }

    private mutating func dropFirst() {
        self.grants.remove(self.order[self.first].id)
        self.first += 1
        // Half of it at a time, so that each is moved once.
        guard self.first * 2 > self.order.count else { return }
        self.order.removeFirst(self.first)
        self.first = 0
    }
}
