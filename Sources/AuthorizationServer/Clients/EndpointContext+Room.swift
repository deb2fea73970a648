internal import Stores

extension EndpointContext {
    /// The network whose share of the room of `client` the request takes. Nil for a client that has proven who it is, as its
    /// service asks for all of its people, and where the network is not known.
    func source(of client: Client) -> String? {
        client.isConfidential ? nil : self.request.client?.network.description
    }
}

extension ProtocolError {
    /// A client, or a network, has as much waiting as it may until `end`, when the oldest of it is over.
    static func full(until end: Timestamp, at now: Timestamp) -> ProtocolError {
        .busy(retryAfter: (end.milliseconds - now.milliseconds + 999) / 1000)
    }
}
