internal import Endpoints

/// With whom somebody signs in.
struct ChooserPage: Sendable {
    let context: PageContext
    /// In the order of the policy.
    let providers: [ProviderCard]
    /// Where the browser goes afterwards; it was validated. Nil: the start page.
    var target: String?

    var page: Page {
        PageFrame(context: self.context, title: self.words.title).page {
            Element.p(.class(.lead)) { self.words.lead }
            Element.ul(.class(.choices)) {
                for provider in self.providers { Element.li { self.link(to: provider) } }
            }
        }
    }

    private var words: LoginWords.Chooser { self.context.words.chooser }

    private func link(to provider: ProviderCard) -> Markup {
        Element.a(.href(self.start(provider)), .class(.choice)) {
            self.words.with.filled([.provider: provider.title.isolated])
        }
    }

    private func start(_ provider: ProviderCard) -> PagePath {
        let parameters = [(name: "provider", value: provider.name)] + (self.target.map { [("rd", $0)] } ?? [])
        guard let path = PagePath(FormEncoding.append(parameters, toQueryOf: "/oauth2/start")) else {
            preconditionFailure("what is encoded for a query may stand in a path")
        }
        return path
    }
}
