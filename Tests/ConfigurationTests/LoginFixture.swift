import Bytes
import Cryptography
import Gateway
import Login

/// Policies that are about `login` alone.
enum LoginFixture {
    /// Another one in each run of the tests.
    static let key = Self.makeKey()
    static let corp = "corp: { issuer: https://login.example.com, client_id: gatehouse, client_secret: made-up }"
    static let address = "base_url: https://app.example.com"
    static let route = "{ path: /app/**, access: authenticated, login: true, upstream: echo }"
    static let server =
        "authorization_server: { issuer: https://id.example.com/identity, store: memory, audiences: [items-api] }"

    static func makeKey() -> String { Base64URL.encode(SealingKey.generate().secret.span) }

    /// `login` with `keys` beside a provider, an address and a session key, and one route that takes sessions.
    static func policy(
        _ keys: String,
        base: String = Self.address,
        providers: String = Self.corp,
        routes: String = Self.route,
        before: String = ""
    ) -> String {
        let session = keys.contains("session:") ? "" : ", session: { keys: \(Self.key) }"
        let parts = [base, keys].filter { !$0.isEmpty }.map { ", \($0)" }.joined()
        return """
            login: { providers: { \(providers) }\(parts)\(session) }
            routes: [\(routes)]
            \(before)
            """
    }

    static func problems(
        _ keys: String = "",
        base: String = Self.address,
        providers: String = Self.corp,
        routes: String = Self.route,
        before: String = "",
        files: [String: String] = [:]
    ) -> [String] {
        let text = Self.policy(keys, base: base, providers: providers, routes: routes, before: before)
        return PolicyFixture.problems(text, files: files).map(ServerFixture.withoutColumn)
    }

    static func settings(
        _ keys: String = "",
        base: String = Self.address,
        providers: String = Self.corp,
        routes: String = Self.route,
        before: String = "",
        files: [String: String] = [:]
    ) -> GatewaySettings? {
        let text = Self.policy(keys, base: base, providers: providers, routes: routes, before: before)
        return PolicyFixture.settings(text, files: files)
    }
}
