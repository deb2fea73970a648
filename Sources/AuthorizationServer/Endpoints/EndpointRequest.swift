public import Bytes
public import HTTP
public import Stores

/// A request to an endpoint as a value, which may go to another thread.
public struct EndpointRequest: Sendable {
    /// A form of the longest key set that a client registers, and more than any other has.
    public static let maximumBodyByteCount = 64 * 1024

    public let endpoint: Endpoint
    public var method: Method
    /// Without the question mark.
    public var query: [UInt8] = []
    public var body: [UInt8] = []
    /// Each line of `Authorization`.
    public var authorization: [String] = []
    public var contentType: String?
    /// Each line of `Cookie`.
    public var cookies: [[UInt8]] = []
    public var origin: String?
    public var fetchSite: String?
    /// Each line of `DPoP` (RFC 9449, section 4.3).
    public var proofs: [String] = []
    public var acceptLanguage: [String] = []
    public var userAgent: String?
    /// `Access-Control-Request-Method`: with OPTIONS it makes a preflight.
    public var requestedMethod: String?
    /// Whether a field came twice that may be there once (RFC 9110, section 5.3). Which of the two counts is open, so that
    /// neither does: the request is refused.
    public var repeatsField = false
    /// Nil behind a Unix socket.
    public var client: IPAddress?
    public var requestID: String
    public var now: Timestamp

    public init(endpoint: Endpoint, method: Method, requestID: String, now: Timestamp) {
        self.endpoint = endpoint
        self.method = method
        self.requestID = requestID
        self.now = now
    }

    /// The client's address for people and logs; empty behind a Unix socket.
    var clientText: String { self.client?.description ?? "" }
}
