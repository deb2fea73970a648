public import Endpoints
public import Stores

/// A request to one of the server's endpoints, as it came.
public struct EndpointCall: Sendable {
    public let endpoint: Endpoint
    public var request: EndpointRequest
    /// When it came.
    public let now: Timestamp
    /// Whether the gateway itself asks, as the client that it is: nothing in the request has to prove it.
    public let isFromGateway: Bool

    public init(_ request: EndpointRequest, to endpoint: Endpoint, now: Timestamp, isFromGateway: Bool = false) {
        self.endpoint = endpoint
        self.request = request
        self.now = now
        self.isFromGateway = isFromGateway
    }
}
