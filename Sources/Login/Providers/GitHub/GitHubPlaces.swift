internal import Endpoints
internal import Upstreams

/// Where GitHub is, and where on it the things are that sign-in needs.
struct GitHubPlaces {
    /// The most that a page of a list has.
    static let itemsPerPage = 100

    private let origins: ProviderSettings.Endpoints

    init(_ origins: ProviderSettings.Endpoints?) { self.origins = origins ?? .github }

    /// What `iss` would be if GitHub sent it (RFC 9207).
    var issuer: String { self.origins.web + "/login/oauth" }
    var authorize: String { self.issuer + "/authorize" }

    func token() throws(ProviderFailure) -> ControlURL { try self.url(self.issuer + "/access_token") }
    func user() throws(ProviderFailure) -> ControlURL { try self.url(self.origins.api + "/user") }

    /// Where a token is taken back.
    func grant(of clientID: String) throws(ProviderFailure) -> ControlURL {
        try self.url("\(self.origins.api)/applications/\(FormEncoding.encode(clientID))/token")
    }

    /// A page of one of the person's lists: `emails`, `orgs` or `teams`. Pages are counted from 1.
    func list(_ name: String, page: Int) -> String {
        "\(self.origins.api)/user/\(name)?per_page=\(Self.itemsPerPage)&page=\(page)"
    }

    func url(_ text: String) throws(ProviderFailure) -> ControlURL {
        guard let url = ControlURL(text) else { throw .invalid("\(text) is no URL") }
        return url
    }
}

extension ProviderSettings.Endpoints {
    /// Where everybody finds it.
    public static let github = Self(web: "https://github.com", api: "https://api.github.com")
}
