import Bytes
import HTTP
import OAuth

// `token_from`: where an issuer's tokens are looked for.

extension PolicyReader {
    func tokenLocations(_ field: PolicyField) -> [TokenLocation]? {
        guard let locations = self.list(field, self.tokenLocation) else { return nil }
        if Set(locations).count != locations.count { self.error(field, "a place stands here twice") }
        return locations
    }

    private func tokenLocation(_ field: PolicyField) -> TokenLocation? {
        if field.says("header") { return .authorization }
        let expected = "`header`, `{header: NAME}` or `{cookie: NAME}`"
        guard field.isMapping, let section = self.section(field) else {
            if !self.isUnset(field) {
                self.error(field, "expected \(expected)" + (field.scalar.map { ", found \($0.quoted)" } ?? ""))
            }
            return nil
        }
        defer { section.finish() }
        if let query = section.field("query") {
            self.error(query, "a token in a URL ends in logs and histories; it is never read there")
            return nil
        }
        let header = section.field("header")
        let cookie = section.field("cookie")
        guard (header == nil) != (cookie == nil) else {
            self.error(field, "expected \(expected)")
            return nil
        }
        return header.flatMap(self.tokenHeader) ?? cookie.flatMap(self.tokenCookie)
    }

    private func tokenHeader(_ field: PolicyField) -> TokenLocation? {
        guard let name = self.headerName(field) else { return nil }
        guard name.lowercased() != "authorization" && name.lowercased() != "cookie" else {
            self.error(field, "for `Authorization: Bearer` write `header`, for a cookie `{cookie: NAME}`")
            return nil
        }
        return .header(name)
    }

    private func tokenCookie(_ field: PolicyField) -> TokenLocation? {
        self.parsed(field, "the name of a cookie") { $0.utf8Span.span.isToken ? .cookie($0) : nil }
    }
}
