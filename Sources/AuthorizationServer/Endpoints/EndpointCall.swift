public import Endpoints
public import Stores

/// A request to one of the server's endpoints, as it came.
public struct EndpointCall: Sendable {
    public let endpoint: Endpoint
    public var request: EndpointRequest
    /// When it came.
    public let now: Timestamp

    public init(_ request: EndpointRequest, to endpoint: Endpoint, now: Timestamp) {
        self.endpoint = endpoint
        self.request = request
        self.now = now
    }
}
