/// The document around what a page has to say: head, style, brand and landmarks.
public struct PageFrame {
    let context: PageContext
    let title: Phrase
    /// Where a form of this page may end up besides this server.
    var redirect: WebOrigin?
    /// A page of several sections rather than one card.
    var isWide = false
    /// Whether something went wrong that is told in `ElementID.problem`; the tab says so, too.
    var hasProblem = false

    public init(
        context: PageContext,
        title: Phrase,
        redirect: WebOrigin? = nil,
        isWide: Bool = false,
        hasProblem: Bool = false
    ) {
        self.context = context
        self.title = title
        self.redirect = redirect
        self.isWide = isWide
        self.hasProblem = hasProblem
    }

    public func page(@MarkupBuilder content: () -> [Markup]) -> Page {
        let content = content()
        let hasForms = content.contains(where: \.hasForm)
        let template = self.context.template
        let policy = ContentSecurityPolicy(redirect: self.redirect, hasForms: hasForms, template: template)
        return Page(
            body: template.map { self.framed(content, by: $0) } ?? self.framed(content),
            language: self.context.language,
            contentSecurityPolicy: policy.value,
            hasForms: hasForms
        )
    }

    private func framed(_ content: [Markup]) -> [UInt8] {
        var body = [UInt8]("<!doctype html>".utf8)
        self.document(content).write(to: &body)
        body.append(UInt8(ascii: "\n"))
        return body
    }

    /// The operator shows whose page it is in his own way, or not at all.
    private func framed(_ content: [Markup], by template: PageTemplate) -> [UInt8] {
        let prefix = self.hasProblem ? self.context.language.frame.problemPrefix.text : ""
        return template.document(
            title: prefix + self.title.text,
            service: self.context.service.shown.text,
            language: self.context.language.rawValue,
            content: self.isWide ? Element.div(.class(.wide)) { self.main(content) } : self.main(content)
        )
    }

    private func document(_ content: [Markup]) -> Markup {
        Element.html(.lang(self.context.language)) {
            self.head
            Element.body.with(self.isWide ? [.class(.wide)] : []) {
                self.brand
                self.main(content)
            }
        }
    }

    private func main(_ content: [Markup]) -> Markup {
        Element.main(.class(.card)) {
            Element.h1(.id(.title)) { self.title }
            content
        }
    }

    private var head: Markup {
        Element.head {
            Element.meta(.fixed("charset", "utf-8"))
            Element.meta(.fixed("name", "viewport"), .fixed("content", "width=device-width, initial-scale=1"))
            Element.meta(.fixed("name", "robots"), .fixed("content", "noindex"))
            Element.title { self.tabTitle }
            Element.style { Markup.styleSheet }
        }
    }

    /// A screen reader says the title first, and so hears of a problem at once.
    @MarkupBuilder
    private var tabTitle: [Markup] {
        if self.hasProblem { self.context.language.frame.problemPrefix }
        self.title
        Phrase(" · ")
        self.context.service.shown
    }

    /// People are asked for a password by whom they see here, and nobody else has a say in it.
    private var brand: Markup {
        Element.header(.class(.brand)) {
            Element.span(.class(.mark), .fixed("aria-hidden", "true"))
            Element.p { self.context.service.shown.isolated }
        }
    }
}

extension Markup {
    fileprivate var hasForm: Bool {
        guard case .element(let element, _, let content) = self else { return false }
        return element == .form || content.contains(where: \.hasForm)
    }
}
