internal import Cryptography
internal import Endpoints
internal import JOSE
internal import Stores

/// `device_authorization` (RFC 8628, section 3.1): a device without a keyboard asks for a code to show.
enum DeviceAuthorizationEndpoint {
    static func handle(_ context: EndpointContext) throws(EndpointFailure) -> Step {
        let parameters = try context.form()
        let client = try context.authenticateClient(parameters)
        guard client.grants.contains(.deviceCode) else {
            throw .refused(.unauthorizedClient, "The client may not use this grant.")
        }
        let access = try context.refusing { () throws(ProtocolError) in
            try RequestedAccess(parameters, of: client, policy: context.policy)
        }
        let secret = RandomSecret()
        let code = try self.begin(secret, client, access, context)
        return .answer(self.answer(secret, code, context.policy))
    }

    // MARK: - Private details

    /// In seconds.
    private static let interval = TokenLifetimes.pollInterval.components.seconds
    /// User codes that are tried. With a million devices waiting one in 25 000 is taken.
    private static let maximumAttempts = 4

    /// Keeps the device under a user code that no other one has.
    private static func begin(
        _ secret: RandomSecret,
        _ client: Client,
        _ access: RequestedAccess,
        _ context: EndpointContext
    ) throws(EndpointFailure) -> UserCode {
        for _ in 1...self.maximumAttempts {
            let code = UserCode()
            let device = DeviceGrant(
                deviceCode: secret.digest,
                userCode: code.digest,
                client: client.name,
                scopes: access.scopes,
                resources: access.resources,
                interval: self.interval,
                network: context.request.clientText,
                source: context.source(of: client),
                created: context.now,
                expires: context.now + context.policy.lifetimes.device
            )
            switch try context.stored({ store throws(StoreError) in try store.addDevice(device, at: context.now) }) {
            case .kept: return code
            case .nameTaken: continue
            case .full(let end): throw .refused(.full(until: end, at: context.now))
            }
        }
        throw .refused(.busy())
    }

    /// Section 3.2.
    private static func answer(_ secret: RandomSecret, _ code: UserCode, _ policy: ServerPolicy) -> EndpointAnswer {
        let page = policy.address(of: .device)
        return EndpointAnswer(
            json: [
                "device_code": .string(secret.text),
                "user_code": .string(code.shown),
                "verification_uri": .string(page),
                "verification_uri_complete": .string("\(page)?user_code=\(code.shown)"),
                "expires_in": .integer(policy.lifetimes.device.components.seconds),
                "interval": .integer(self.interval),
            ]
        ).adding("Pragma", "no-cache")
    }
}
