public import JOSE
public import Reactor
public import Upstreams

extension ProviderSettings {
    /// The provider that these settings are of; nil for the embedded one, which is not spoken to over the network. Throws if
    /// the private key cannot be used.
    public func provider(
        baseURL: BaseURL,
        client: ControlClient,
        loop: EventLoop
    ) throws(UnusableKey) -> (any Provider)? {
        switch self.kind {
        case .issuer(let issuer, let preset):
            try OpenIDProvider(self, issuer: issuer, preset: preset, baseURL: baseURL, client: client, loop: loop)
        case .github: try GitHubProvider(self, baseURL: baseURL, client: client, loop: loop)
        case .embedded: nil
        }
    }
}
