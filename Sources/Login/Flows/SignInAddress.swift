internal import Endpoints

extension SessionKit {
    /// Where a browser is sent to sign in.
    ///
    /// - Parameters:
    ///   - provider: The only one that will do; nil: the browser's choice among several.
    ///   - path: Where it wants to go, with its query. One that must not be returned to is left out.
    ///   - isAtBase: Whether the request named the host of `base_url`: then a path will do.
    public func signInAddress(provider: String?, path: String?, isAtBase: Bool) -> String {
        let origin = isAtBase ? "" : self.settings.baseURL.text
        let only = provider ?? (self.settings.providers.count == 1 ? self.settings.providers[0].name : nil)
        let endpoint = only == nil ? LoginEndpoint.chooser : .start
        var parameters: [(name: String, value: String)] = []
        if let path, ReturnTarget(path, baseURL: self.settings.baseURL, origins: []) != nil {
            parameters.append(("rd", path))
        }
        if let only, self.settings.providers.count > 1 { parameters.append(("provider", only)) }
        let address = origin + endpoint.rawValue
        return parameters.isEmpty ? address : FormEncoding.append(parameters, toQueryOf: address)
    }

    /// Whether `host`, as a request names it, is that of `base_url`.
    public func isBase(host: Span<UInt8>) -> Bool {
        let authority = Array(self.settings.baseURL.authority.utf8)
        return host.equalsIgnoringCase(authority.span)
    }
}
