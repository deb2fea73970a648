internal import Endpoints

/// Parts that several pages of the server have.
extension PageContext {
    /// The harmless answer first: it is what a stray Enter key means, and both are one key apart.
    func decision(allow: Phrase, deny: Phrase) -> Markup {
        Element.div(.class(.actions)) {
            Button(label: deny, kind: .secondary, choice: PageDecision.deny).markup
            Button(label: allow, choice: PageDecision.allow).markup
        }
    }

    /// The name of a client, never empty.
    func name(of client: ClientCard) -> Markup {
        client.name.isEmpty ? Element.span { self.words.common.unnamed } : client.name.emphasised
    }

    /// What the client says of itself elsewhere (RFC 7591 2: `client_uri`, `policy_uri`, `tos_uri`).
    @MarkupBuilder
    func links(of client: ClientCard) -> [Markup] {
        let links = [
            (self.words.common.website, client.site), (self.words.common.policy, client.policy),
            (self.words.common.terms, client.terms),
        ]
        if links.contains(where: { $0.1 != nil }) {
            Element.p(.class(.links)) {
                for (label, url) in links {
                    if let url { self.link(label, to: url) }
                }
            }
        }
    }

    /// A link to elsewhere tells that place nothing of where it stood.
    private func link(_ label: Phrase, to url: WebURL) -> [Markup] {
        [Element.a(.href(url), .fixed("rel", "noopener noreferrer nofollow")) { label }, .phrase(" ")]
    }
}

/// What pages show of a client.
struct ClientCard: Sendable {
    let name: ForeignText
    var site: WebURL?
    var policy: WebURL?
    var terms: WebURL?
}
