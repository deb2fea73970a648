import Bytes
import Policy

/// What one mapping says about routes: that of a route, or `defaults`. Nil is what it does not say.
struct RouteDraft {
    var hosts: [String]?
    var methods: [String]?
    var networks: [Network]?
    var access: AccessDraft?
    var destination: DestinationSettings?
    var stripPrefix: PathPattern?
    var requestHeaders: [HeaderSettings]?
    var responseHeaders: [HeaderSettings]?
    var timeout: Duration?
    var maximumBody: UInt64?
    var upgrades: [String]?
    var cors: CORSSettings?
    var allowsEncodedSlash: Bool?
    var refusesOtherReadings: Bool?
    var identity: IdentitySettings?

    /// Whether the mapping has `access` or a destination at all, right or wrong: what is wrong is not missing too.
    var hasAccess = false
    var hasDestination = false
}

extension RouteDraft {
    /// This draft with `defaults` under it, key by key.
    func inheriting(_ defaults: RouteDraft) -> RouteDraft {
        var draft = self
        draft.hosts = self.hosts ?? defaults.hosts
        draft.methods = self.methods ?? defaults.methods
        draft.networks = self.networks ?? defaults.networks
        draft.access = self.hasAccess ? self.access : defaults.access
        draft.destination = self.hasDestination ? self.destination : defaults.destination
        draft.stripPrefix = self.stripPrefix ?? defaults.stripPrefix
        draft.requestHeaders = self.requestHeaders ?? defaults.requestHeaders
        draft.responseHeaders = self.responseHeaders ?? defaults.responseHeaders
        draft.timeout = self.timeout ?? defaults.timeout
        draft.maximumBody = self.maximumBody ?? defaults.maximumBody
        draft.upgrades = self.upgrades ?? defaults.upgrades
        draft.cors = self.cors ?? defaults.cors
        draft.allowsEncodedSlash = self.allowsEncodedSlash ?? defaults.allowsEncodedSlash
        draft.refusesOtherReadings = self.refusesOtherReadings ?? defaults.refusesOtherReadings
        draft.hasAccess = self.hasAccess || defaults.hasAccess
        draft.hasDestination = self.hasDestination || defaults.hasDestination
        return draft
    }
}
