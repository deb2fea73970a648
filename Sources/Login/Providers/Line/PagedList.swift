internal import JOSE
internal import Telemetry
internal import Upstreams

/// A list that an interface tells page by page, to the holder of an access token.
struct PagedList {
    struct Page {
        let items: [JSONValue]
        /// Where the next page is; nil for the last one.
        let next: String?
    }

    /// What is read before it is given up: a list that is cut off is none.
    let maximumPages: Int
    let accessToken: Redacted<String>
    /// What the JSON of a page is, which are counted from 1; nil for what is none.
    let page: (JSONValue, Int) -> Page?

    /// Statuses by which an interface says that this client may not know.
    private static let refusals: Set<UInt16> = [400, 401, 403, 404]

    /// Goes on with all items; nil if they may not be known, or are more than so many pages.
    func fetch<Value>(
        _ url: ControlURL,
        _ turn: ProviderTurn<Value>,
        _ next: @escaping ([JSONValue]?) throws(ProviderFailure) -> Void
    ) {
        self.fetch(url, number: 1, after: [], turn, next)
    }

    private func fetch<Value>(
        _ url: ControlURL,
        number: Int,
        after items: [JSONValue],
        _ turn: ProviderTurn<Value>,
        _ next: @escaping ([JSONValue]?) throws(ProviderFailure) -> Void
    ) {
        var request = ControlRequest(url, bearer: self.accessToken)
        request.answers = Self.refusals.union([200])
        turn.send(request) { (status, json) throws(ProviderFailure) in
            guard status == 200 else { return try next(nil) }
            guard let page = self.page(json, number) else { throw .invalid("\(url): this is no list") }
            let items = items + page.items
            guard let place = page.next else { return try next(items) }
            // The token goes nowhere else, whatever the page says.
            guard let following = ControlURL(place), following.hasSameOrigin(as: url) else {
                throw .invalid("\(url): the next page is elsewhere")
            }
            guard number < self.maximumPages else { return try next(nil) }
            self.fetch(following, number: number + 1, after: items, turn, next)
        }
    }
}

extension ControlURL {
    /// Whether both lead to the same server (RFC 6454, section 5).
    func hasSameOrigin(as other: ControlURL) -> Bool {
        self.isSecure == other.isSecure && self.server == other.server
    }
}
