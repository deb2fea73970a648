/// The house from the ground up. A target may use what stands before it, and nothing that stands behind it.
enum Layers {
    static let all = [
        "Bytes", "Telemetry", "Reactor", "Cryptography", "HTTP", "JOSE", "OAuth", "Policy", "Transport",
        "HTTPConnections", "Upstreams", "SharedState", "Trust", "Stores", "Endpoints", "AuthorizationServer",
        "Login", "Gateway", "Admin", "Doctor", "Configuration", "Commands", "gatehouse",
    ]

    /// Grammar, tokens and decisions: pure values that no socket, loop or file ever enters.
    static let pure: Set = ["Bytes", "Cryptography", "HTTP", "JOSE", "OAuth", "Policy"]

    /// What opens descriptors and waits.
    static let inputAndOutput: Set = [
        "Telemetry", "Reactor", "Transport", "HTTPConnections", "Upstreams", "SharedState", "CSystem",
    ]

    /// Each C library, and the targets that may know of it. OpenSSL has two: keys and signatures in one, TLS in the other.
    static let owners: [String: Set<String>] = [
        "CLibevent": ["Reactor"],
        "COpenSSL": ["Cryptography", "Transport"],
        "CYAML": ["Configuration"],
        "CJansson": ["JOSE"],
        "CCrypt": ["Cryptography"],
        "CSQLite": ["Stores"],
        "CHiredis": ["SharedState"],
        "CSystem": ["Reactor", "Transport", "Gateway"],
    ]

    /// What comes with the toolchain. Foundation is not among it: see `Decisions/SmallBinary`.
    static let toolchain: Set = ["Swift", "Glibc", "Synchronization"]

    /// The one package that we take from others, and the one target that uses it.
    static let argumentParser = "ArgumentParser"

    static func height(of target: String) -> Int? { self.all.firstIndex(of: target) }
}
