public import Cryptography

extension SQLiteAuthorizationStore: DeviceGrantStore {
    /// RFC 8628, section 3.5: each `slow_down` adds so many seconds.
    private static let addedInterval: Int64 = 5
    /// A poll up to half a second early is no haste: networks are not punctual.
    private static let tolerance: Duration = .milliseconds(500)

    public func addDevice(_ device: DeviceGrant, at now: Timestamp) throws(StoreError) -> Admission {
        try self.write(at: now) { () throws(StoreError) in
            let room = Room(client: device.client, source: device.source, ofClient: Self.maximumDevices)
            if let full = try self.full(room, Self.waitingDevices, Self.waitingDevicesOfSource, at: now) { return full }
            return try self.insert(device) ? .kept : .nameTaken
        }
    }

    private static let waitingDevices: StaticString = """
        SELECT count(*), min(expires_at) FROM device_grants WHERE state = 'pending' AND expires_at > ? AND client = ?
        """
    private static let waitingDevicesOfSource: StaticString = """
        SELECT count(*), min(expires_at) FROM device_grants
        WHERE state = 'pending' AND expires_at > ? AND client = ? AND source = ?
        """

    /// False if the user code is another's.
    private func insert(_ device: DeviceGrant) throws(StoreError) -> Bool {
        try self.database.run(
            """
            INSERT INTO device_grants (device_code, user_code, client, scopes, resources, state, interval,
            network, created_at, expires_at, source)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (user_code) DO NOTHING
            """,
            device.deviceCode,
            device.userCode,
            device.client,
            device.scopes,
            device.resources,
            device.state,
            device.interval,
            device.network,
            device.created,
            device.expires,
            device.source
        ) == 1
    }

    public func device(userCode: SecretDigest, at now: Timestamp) throws(StoreError) -> DeviceGrant? {
        try self.database.first(
            """
            SELECT device_code, user_code, client, scopes, resources, state, interval, network, source, created_at,
            expires_at FROM device_grants WHERE user_code = ? AND state = 'pending' AND expires_at > ?
            """,
            userCode,
            now,
            read: DeviceGrant.init
        )
    }

    public func approveDevice(
        userCode: SecretDigest,
        grant: Grant,
        remembering consent: Consent? = nil,
        at now: Timestamp
    ) throws(StoreError) -> Bool {
        try self.write(at: now) { () throws(StoreError) in
            guard try self.decide(.approved, userCode, at: now) else { return false }
            if let consent { try self.remember(consent) }
            try self.insert(grant)
            try self.database.run("UPDATE device_grants SET grant_id = ? WHERE user_code = ?", grant.id, userCode)
            return true
        }
    }

    public func denyDevice(userCode: SecretDigest, at now: Timestamp) throws(StoreError) -> Bool {
        try self.write(at: now) { () throws(StoreError) in try self.decide(.denied, userCode, at: now) }
    }

    public func pollDevice(
        _ deviceCode: SecretDigest,
        client: String,
        grantExpires: Timestamp,
        issuing token: FirstRefreshToken? = nil,
        at now: Timestamp
    ) throws(StoreError) -> DevicePoll {
        try self.write(at: now) { () throws(StoreError) in
            if let id = try self.redeem(deviceCode, client: client, at: now) {
                return try self.establish(id, until: grantExpires, issuing: token).map { .approved($0) } ?? .unknown
            }
            guard let device = try self.polled(deviceCode, client: client) else { return .unknown }
            guard now < device.expires else { return .expired }
            switch device.state {
            case .denied: return .denied
            case .approved, .redeemed: return .unknown
            case .pending: return try self.pace(device, deviceCode, at: now)
            }
        }
    }

    // MARK: - Private details

    private struct PolledDevice {
        let state: DeviceGrant.State
        let interval: Int64
        let lastPoll: Timestamp?
        let expires: Timestamp
    }

    private func decide(
        _ state: DeviceGrant.State,
        _ userCode: SecretDigest,
        at now: Timestamp
    ) throws(StoreError) -> Bool {
        try self.database.run(
            "UPDATE device_grants SET state = ? WHERE user_code = ? AND state = 'pending' AND expires_at > ?",
            state,
            userCode,
            now
        ) == 1
    }

    /// The one statement that decides which poll gets the tokens.
    private func redeem(_ code: SecretDigest, client: String, at now: Timestamp) throws(StoreError) -> GrantID? {
        try self.database.first(
            """
            UPDATE device_grants SET state = 'redeemed'
            WHERE device_code = ? AND client = ? AND state = 'approved' AND grant_id IS NOT NULL AND expires_at > ?
            RETURNING grant_id
            """,
            code,
            client,
            now
        ) { row throws(StoreError) in try row.next() }
    }

    private func polled(_ code: SecretDigest, client: String) throws(StoreError) -> PolledDevice? {
        try self.database.first(
            "SELECT state, interval, last_poll_at, expires_at FROM device_grants WHERE device_code = ? AND client = ?",
            code,
            client
        ) { row throws(StoreError) in
            PolledDevice(
                state: try row.next(),
                interval: try row.next(),
                lastPoll: try row.next(),
                expires: try row.next()
            )
        }
    }

    private func pace(
        _ device: PolledDevice,
        _ code: SecretDigest,
        at now: Timestamp
    ) throws(StoreError) -> DevicePoll {
        // A poll that is yet to come was before the clock was set back, nobody knows how long.
        let lastPoll = device.lastPoll.flatMap { $0 <= now ? $0 : nil }
        let isTooEarly = lastPoll.map { now < $0 + .seconds(device.interval) - Self.tolerance } ?? false
        let interval = isTooEarly ? device.interval + Self.addedInterval : device.interval
        try self.database.run(
            "UPDATE device_grants SET last_poll_at = ?, interval = ? WHERE device_code = ?",
            now,
            interval,
            code
        )
        return isTooEarly ? .slowDown(interval: interval) : .pending
    }
}

extension DeviceGrant {
    fileprivate init(_ row: inout Row) throws(StoreError) {
        self.init(
            deviceCode: try row.next(),
            userCode: try row.next(),
            client: try row.next(),
            scopes: try row.next(),
            resources: try row.next(),
            state: try row.next(),
            interval: try row.next(),
            network: try row.next(),
            source: try row.next(),
            created: try row.next(),
            expires: try row.next()
        )
    }
}
