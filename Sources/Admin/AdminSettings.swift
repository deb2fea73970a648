public import Transport

/// `admin`.
public struct AdminSettings: Sendable, Equatable {
    public var address: ListenAddress
    /// `/healthz`, `/readyz` and `/metrics` alone.
    public var probes: ListenAddress?

    public init(address: ListenAddress) { self.address = address }
}
