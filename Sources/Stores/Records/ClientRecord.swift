public import Cryptography
public import JOSE

/// How a client came into the store. The raw value is what the store writes.
public enum ClientOrigin: String, Sendable {
    /// By an operator's command.
    case command
    /// By RFC 7591.
    case registration
}

/// A client that is kept in the store rather than in the policy (RFC 7591, section 2).
public struct ClientRecord: Sendable, Equatable {
    public var name: String
    public var origin: ClientOrigin
    /// For people; nil if there is none.
    public var displayName: String?
    /// Of a client that has a secret.
    public var secret: SecretDigest?
    /// The keys of a client that signs, as a JSON Web Key Set. Without secret and keys the client is public.
    public var keySet: JSONValue?
    public var redirectURIs: [String]
    public var postLogoutRedirectURIs: [String]
    public var grants: [String]
    public var scopes: [String]
    /// Audiences whose tokens it may introspect.
    public var introspects: [String]
    public var requiresPushedRequests: Bool
    public var created: Timestamp

    public init(name: String, origin: ClientOrigin, created: Timestamp) {
        self.name = name
        self.origin = origin
        self.displayName = nil
        self.secret = nil
        self.keySet = nil
        self.redirectURIs = []
        self.postLogoutRedirectURIs = []
        self.grants = []
        self.scopes = []
        self.introspects = []
        self.requiresPushedRequests = false
        self.created = created
    }
}

/// A state of the clients: as long as it is the same, none has come or gone.
public struct ClientsVersion: Sendable, Equatable {
    /// Counts what other connections write to the file, whatever it is.
    let others: Int64
    /// Counts clients that this one has added or removed.
    let own: Int64
}

/// Clients.
public protocol ClientStore {
    /// Costs a look at the head of the file's log, however many clients there are.
    func clientsVersion() throws(StoreError) -> ClientsVersion
    /// False if the name is taken.
    func addClient(_ client: ClientRecord) throws(StoreError) -> Bool
    func client(named name: String) throws(StoreError) -> ClientRecord?
    /// In the order of their names.
    func clients() throws(StoreError) -> [ClientRecord]
    /// Revokes its grants and forgets the consents to it, too. False without such a client.
    func removeClient(named name: String, at now: Timestamp) throws(StoreError) -> Bool
}
