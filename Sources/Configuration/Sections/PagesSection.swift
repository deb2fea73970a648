import Endpoints
import Gateway

// `pages`: what stands around the pages of signing in and of the authorization server.

extension PolicyReader {
    /// Must be called after all that has pages.
    func readPages(_ policySection: Section, into settings: inout GatewaySettings) {
        guard let field = policySection.field("pages"), let section = self.section(field) else { return }
        let template = section.required(
            "template",
            because: "an HTML file to stand around all pages",
            self.pageTemplate
        )
        section.finish()
        settings.login?.template = template
        settings.authorizationServer?.template = template
        guard settings.login == nil, settings.authorizationServer == nil, !self.hasLogin, !self.hasAuthorizationServer
        else { return }
        self.warning(field, "without `login` and `authorization_server` there are no pages")
    }

    private func pageTemplate(_ field: PolicyField) -> PageTemplate? {
        guard let text = self.fileText(field) else { return nil }
        do throws(PageTemplateFault) {
            return try PageTemplate(parsing: text)
        } catch {
            guard case .scalar(let name) = field.node.content else { preconditionFailure("a file's name is a scalar") }
            self.error(field, "\(name.shown):\(error.line):\(error.column): \(error.reason)")
            return nil
        }
    }
}
