internal import Bytes
internal import JOSE
internal import Telemetry
internal import Upstreams

/// The groups of a person in Microsoft Entra who has more of them than a token takes: asked of Microsoft Graph.
///
/// The token names a place to ask, too. It is not looked at: the access token goes to Graph alone.
struct EntraGroups {
    static let graph = "https://graph.microsoft.com"
    /// Of 999 groups each, which is the most that Graph has on a page.
    static let maximumPages = 5

    /// What an operator can do about groups that are not told.
    static let remedy =
        "Let the application read groups in Microsoft Graph (GroupMember.Read.All), or have Entra put those into the "
        + "token alone that are assigned to the application."

    let base: String
    let accessToken: Redacted<String>

    init(base: String?, accessToken: Redacted<String>) {
        self.base = base ?? Self.graph
        self.accessToken = accessToken
    }

    /// Whether the claims lack groups because they are too many (`_claim_names`, or `hasgroups` for short).
    static func areElsewhere(_ claims: JSONValue) -> Bool {
        claims["_claim_names"]?["groups"] != nil || claims["hasgroups"] == true || claims["hasgroups"] == "true"
    }

    /// Goes on with the identifiers of all groups; nil if Graph does not tell them to this client, or they are too many.
    func fetch<Value>(
        _ turn: ProviderTurn<Value>,
        _ next: @escaping ([String]?) throws(ProviderFailure) -> Void
    ) throws(ProviderFailure) {
        let first = self.base + "/v1.0/me/transitiveMemberOf/microsoft.graph.group?$select=id&$top=999"
        guard let url = ControlURL(first) else { throw .invalid("\(self.base) is no URL") }
        let list = PagedList(maximumPages: Self.maximumPages, accessToken: self.accessToken) { page, _ in
            guard let items = page["value"]?.array else { return nil }
            return PagedList.Page(items: items, next: page["@odata.nextLink"]?.string)
        }
        list.fetch(url, turn) { items throws(ProviderFailure) in
            try next(items.map { $0.compactMap { $0["id"]?.string } })
        }
    }
}
