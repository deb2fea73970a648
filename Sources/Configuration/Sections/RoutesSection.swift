import Bytes
import HTTP
import Policy

// `routes`: which requests there are, who may make them, and where they go.

/// A route that was read, and where its parts stand, for problems that show only when all routes are known.
struct PlacedRoute {
    var settings: RouteSettings
    var field: PolicyField
    /// The field of `name`; nil when the name was made from methods and path.
    var nameField: PolicyField?
}

extension PolicyReader {
    /// `defaults`, laid under each route.
    func routeDefaults(_ field: PolicyField, over base: RouteDraft) -> RouteDraft? {
        guard let section = self.section(field) else { return nil }
        var draft = self.routeKeys(section, over: base)
        for key in ["name", "path"] {
            guard let field = section.field(key) else { continue }
            self.error(field, "each route has its own `\(key)`", at: section.keyPosition(key))
        }
        section.finish()
        if let field = section.field("access") {
            if draft.access?.settings == .public {
                self.error(field, "a route is public only if it says so itself")
                draft.access = nil
            } else if draft.access?.settings == .optional {
                self.warning(field, "every route without `access` lets requests without a token pass")
            }
        }
        return draft
    }

    func routes(_ field: PolicyField, _ defaults: RouteDraft) -> [PlacedRoute]? {
        guard field.isSequence else {
            if !self.isUnset(field) { self.error(field, "expected a list of routes, each beginning with `- `") }
            return nil
        }
        return field.elements.compactMap { self.route($0, defaults) }
    }

    private func route(_ field: PolicyField, _ defaults: RouteDraft) -> PlacedRoute? {
        guard let section = self.section(field) else { return nil }
        let nameField = section.field("name")
        let name = section.value("name", self.routeName)
        let path = section.required("path", self.routePath)
        let draft = self.routeKeys(section, over: defaults)
        section.finish()
        self.reportMissing(draft, field)
        if let path { self.check(draft, against: path, section, ownsAccess: section.field("access") != nil) }
        let destination = draft.hasDestination ? draft.destination : self.answersForwardAuth ? .nowhere : nil
        guard let path, let access = draft.access, let destination else { return nil }
        let fallback = (draft.methods.map { $0.joined(separator: ",") + " " } ?? "") + path.text
        var settings = RouteSettings(
            name: name ?? fallback,
            path: path,
            access: access.settings,
            destination: destination
        )
        settings.adopt(draft)
        self.checkLogin(&settings, access, section)
        self.checkHeaders(settings, section)
        return PlacedRoute(settings: settings, field: field, nameField: nameField)
    }

    private func routePath(_ field: PolicyField) -> PathPattern? {
        guard let pattern = self.pathPattern(field) else { return nil }
        self.warnOfColons(pattern, field)
        return pattern
    }

    /// `:id` is a parameter elsewhere, and text here.
    private func warnOfColons(_ pattern: PathPattern, _ field: PolicyField) {
        guard field.scalar?.isAsWritten == true else { return }
        for case .literal(let text) in pattern.segments where text.hasPrefix(":") && text != ":" {
            let parameter = "{\(Printable.text(String(text.dropFirst())))}"
            self.warning(field, "a segment that begins with `:` is text like any other; did you mean `\(parameter)`?")
        }
    }

    private func routeName(_ field: PolicyField) -> String? {
        guard let text = self.nonEmptyText(field) else { return nil }
        guard text.utf8.count <= 200, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            self.error(field, "a name is at most 200 bytes without line ends and control characters")
            return nil
        }
        return text
    }
}

extension RouteSettings {
    /// Takes over what the draft says.
    fileprivate mutating func adopt(_ draft: RouteDraft) {
        self.hosts = draft.hosts ?? self.hosts
        self.methods = draft.methods ?? self.methods
        self.networks = draft.networks ?? self.networks
        self.login = draft.login ?? self.login
        self.stripPrefix = draft.stripPrefix?.normalText ?? self.stripPrefix
        self.requestHeaders = draft.requestHeaders ?? self.requestHeaders
        self.responseHeaders = draft.responseHeaders ?? self.responseHeaders
        self.timeout = draft.timeout ?? self.timeout
        self.maximumBody = draft.maximumBody ?? self.maximumBody
        self.upgrades = draft.upgrades ?? self.upgrades
        self.cors = draft.cors ?? self.cors
        self.allowsEncodedSlash = draft.allowsEncodedSlash ?? self.allowsEncodedSlash
        self.refusesOtherReadings = draft.refusesOtherReadings ?? self.refusesOtherReadings
        self.identity = draft.identity
    }
}

extension PathPattern {
    /// The literal segments as they stand in a normalised path: no final `/`, and escapes where RFC 3986 3.3 asks for them.
    fileprivate var normalText: String {
        var text: [UInt8] = []
        for case .literal(let literal) in self.segments {
            text.append(UInt8(ascii: "/"))
            for byte in literal.utf8 {
                if byte.isUnreserved || "!$&'()*+,;=:@".utf8.contains(byte) {
                    text.append(byte)
                } else {
                    text += "%\(Hex.encode([byte]).uppercased())".utf8
                }
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
