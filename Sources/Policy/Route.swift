public import Bytes
import JOSE
import OAuth

/// One entry of `routes`, compiled for one worker.
public final class Route {
    /// Its place in the policy.
    public let index: Int
    public let name: String
    /// The name as a JSON string, with its quotes, for log lines.
    public let nameJSON: [UInt8]
    public let access: AccessRule
    public let crossOrigin: CrossOrigin?
    /// Place of what its upstream is told in `RouteTable.identities`.
    public let identity: Int
    public let allowsEncodedSlash: Bool
    public let refusesOtherReadings: Bool
    private let networks: [Network]
    /// As it was configured. Last, because it is large, and what each request needs should lie close together.
    public let settings: RouteSettings

    init(index: Int, _ settings: RouteSettings, identity: Int, issuers: [String], scopes: ScopeTable) {
        self.index = index
        // Text of its own: workers that count references to the same one slow each other down.
        self.name = String(decoding: Array(settings.name.utf8), as: UTF8.self)
        self.nameJSON = JSONValue.string(settings.name).encoded()
        self.access = AccessRule(
            settings.access,
            parameterNames: settings.path.parameters,
            issuers: issuers,
            scopes: scopes
        )
        self.crossOrigin = settings.cors.map(CrossOrigin.init)
        self.identity = identity
        self.settings = settings
        self.allowsEncodedSlash = settings.allowsEncodedSlash
        self.refusesOtherReadings = settings.refusesOtherReadings
        self.networks = settings.networks
    }

    /// Whether clients of this address may come at all: `networks`, judged before anything else.
    public func admits(_ client: IPAddress) -> Bool {
        guard !self.networks.isEmpty else { return true }
        for network in self.networks where network.contains(client) { return true }
        return false
    }
}
