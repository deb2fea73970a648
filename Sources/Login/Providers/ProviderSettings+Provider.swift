public import AuthorizationServer
public import JOSE
public import Reactor
public import Telemetry
public import Upstreams

extension ProviderSettings {
    /// The provider that these settings are of. Throws if the private key cannot be used.
    ///
    /// - Parameter server: The one in this process. Nil if there is none; then there is no embedded provider, either.
    public func provider(
        baseURL: BaseURL,
        client: ControlClient,
        server: AuthorizationService?,
        log: OperationalLog,
        loop: EventLoop
    ) throws(UnusableKey) -> (any Provider)? {
        switch self.kind {
        case .issuer(let issuer, let preset):
            try OpenIDProvider(
                self,
                issuer: issuer,
                preset: preset,
                baseURL: baseURL,
                client: client,
                log: log,
                loop: loop
            )
        case .github: try GitHubProvider(self, baseURL: baseURL, client: client, log: log, loop: loop)
        case .embedded: server.map { EmbeddedProvider(self, baseURL: baseURL, server: $0, loop: loop) }
        }
    }
}
