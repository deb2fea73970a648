internal import Endpoints

/// A way on from a page: to a path of the gateway, or to an address on one of the origins that it may send browsers to.
struct PageLink: Sendable {
    private enum Place: Sendable {
        case path(PagePath)
        case address(WebURL)
    }

    private let place: Place

    /// `target` was validated before. Nil for what no page may link to all the same.
    init?(_ target: String) {
        if let path = PagePath(target) {
            self.place = .path(path)
        } else if let address = WebURL(target) {
            self.place = .address(address)
        } else {
            return nil
        }
    }

    func markup(_ label: Phrase) -> Markup {
        let href: Attribute =
            switch self.place {
            case .path(let path): .href(path)
            case .address(let address): .href(address)
            }
        return Element.a(href, .class(.choice)) { label }
    }
}
