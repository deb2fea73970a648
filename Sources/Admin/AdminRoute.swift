/// One route in words, as `/api/routes` shows it.
public struct AdminRoute: Sendable, Equatable {
    public var name: String
    /// Empty: any host.
    public var hosts: [String] = []
    /// Empty: any method.
    public var methods: [String] = []
    public var path = ""
    /// `protected`, `public`, `unreachable` or `built_in`.
    public var exposure = ""
    /// Who may pass.
    public var access = ""
    public var destination = ""

    public init(name: String) { self.name = name }
}
