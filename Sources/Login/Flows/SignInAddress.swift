internal import Endpoints

extension SessionKit {
    /// Where a browser is sent to sign in.
    ///
    /// - Parameters:
    ///   - provider: The only one that will do; nil: the browser's choice among several.
    ///   - path: Where it wants to go, with its query. One that must not be returned to is left out.
    ///   - origin: Where it is, as it says. At `base_url` paths will do. From another host of the gateway it comes back to
    ///     the same path at `base_url`, unless `return_to` lists where it was. Nil: unknown.
    ///   - isForProxy: Whether a proxy passes it on: some take a path for one at the gateway's own address.
    public func signInAddress(
        provider: String?,
        path: String?,
        origin: String?,
        isForProxy: Bool = false
    ) -> String {
        let here = origin.flatMap(BaseURL.init)
        let isAtBase = here == self.settings.baseURL && !isForProxy
        let only = provider ?? (self.settings.providers.count == 1 ? self.settings.providers[0].name : nil)
        let endpoint = only == nil ? LoginEndpoint.chooser : .start
        let address = (isAtBase ? "" : self.settings.baseURL.text) + endpoint.rawValue
        var parameters: [(name: String, value: String)] = []
        if let target = path.flatMap({ self.target($0, at: here) }) { parameters.append(("rd", target.location)) }
        if let only, self.settings.providers.count > 1 { parameters.append(("provider", only)) }
        return parameters.isEmpty ? address : FormEncoding.append(parameters, toQueryOf: address)
    }

    private func target(_ path: String, at here: BaseURL?) -> ReturnTarget? {
        let isListed = here.map { self.settings.returnTo.contains($0) } ?? false
        let target = (isListed ? here?.text ?? "" : "") + path
        return ReturnTarget(target, baseURL: self.settings.baseURL, origins: self.settings.returnTo)
    }
}
