package import JOSE

/// What `gatehouse keys list` prints, from what `/api/issuers` of the running gateway says.
package struct KeyListing {
    private let issuers: [JSONValue]

    package init(_ document: JSONValue) { self.issuers = document["issuers"]?.array ?? [] }

    /// A table of keys with a line of headings, and what there is to say of issuers.
    package var text: String {
        var table = TextTable()
        table.append("ISSUER", "KID", "ALGORITHM", "THUMBPRINT", "FIRST SEEN", "LAST SEEN", "LAST USED", "NEXT REFRESH")
        for issuer in self.issuers {
            for key in issuer["keys"]?.array ?? [] { Self.append(key, of: issuer, to: &table) }
        }
        return (table.lines + self.notes).map { $0 + "\n" }.joined()
    }

    private static func append(_ key: JSONValue, of issuer: JSONValue, to table: inout TextTable) {
        table.append(
            Self.word(issuer["name"]),
            Self.word(key["kid"]),
            Self.word(key["algorithm"]),
            Self.word(key["thumbprint"]),
            Self.time(key["first_seen"]),
            Self.time(key["last_seen"]),
            Self.time(key["last_used"]),
            Self.time(issuer["next_refresh"])
        )
    }

    private var notes: [String] {
        self.issuers.flatMap { issuer in
            let name = Self.word(issuer["name"])
            var notes: [String] = []
            if issuer["keys"]?.array?.isEmpty ?? true { notes.append("\(name): no keys") }
            if let error = issuer["last_error"]?.string { notes.append("\(name): last error: \(error)") }
            return notes
        }
    }

    private static func word(_ value: JSONValue?) -> String { value?.string ?? "-" }

    /// To the second; nobody reads milliseconds.
    private static func time(_ value: JSONValue?) -> String {
        guard let text = value?.string else { return "-" }
        guard let point = text.firstIndex(of: ".") else { return text }
        return text[..<point] + "Z"
    }
}
