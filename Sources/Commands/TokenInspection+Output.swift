package import JOSE
internal import Policy

// How `gatehouse token inspect` shows what it found.

extension TokenInspection {
    /// Header and claims line by line, dates readable, then the verdict.
    package func text(at now: Int64) -> String {
        var lines: [String] = []
        if let header { lines += ["header"] + Self.rows(header, now) }
        if let claims { lines += ["claims"] + Self.rows(claims, now) }
        switch self.verdict {
        case .accepted(let issuer, let scopes):
            let held = scopes.isEmpty ? "no scopes" : "scopes " + scopes.map(Self.plain).joined(separator: " ")
            lines.append("accepted: issuer \(issuer), \(held)")
            if let leewayNote { lines.append("  \(leewayNote)") }
        case .refused(let code, let reason):
            lines.append("refused: \(code.name): \(code.detail)")
            if let reason { lines.append("  \(reason)") }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    package var json: JSONValue {
        var members = [
            JSONMember(name: "header", value: self.header ?? .null),
            JSONMember(name: "claims", value: self.claims ?? .null),
            JSONMember(name: "accepted", value: .bool(self.isAccepted)),
        ]
        switch self.verdict {
        case .accepted(let issuer, let scopes):
            members.append(JSONMember(name: "issuer", value: .string(issuer)))
            members.append(JSONMember(name: "scopes", value: .array(scopes.map(JSONValue.string))))
            members.append(JSONMember(name: "note", value: self.leewayNote.map(JSONValue.string) ?? .null))
        case .refused(let code, let reason):
            members.append(JSONMember(name: "code", value: .string("\(code.name)")))
            members.append(JSONMember(name: "detail", value: .string("\(code.detail)")))
            members.append(JSONMember(name: "reason", value: reason.map(JSONValue.string) ?? .null))
        }
        return .object(members)
    }

    // MARK: - Private details

    private static let dates: Set<String> = ["exp", "nbf", "iat", "auth_time"]

    private static func rows(_ object: JSONValue, _ now: Int64) -> [String] {
        guard let members = object.members else { return ["  " + Self.harmless(object.jsonText)] }
        var table = TextTable()
        for member in members { table.append(Self.plain(member.name), Self.value(member, now)) }
        return table.lines.map { "  " + $0 }
    }

    private static func value(_ member: JSONMember, _ now: Int64) -> String {
        let text = Self.harmless(member.value.jsonText)
        guard Self.dates.contains(member.name), let date = TokenDate(member.value) else { return text }
        return "\(text) (\(date.description(at: now)))"
    }

    /// As inside a JSON string.
    private static func plain(_ text: String) -> String {
        Self.harmless(String(JSONValue.string(text).jsonText.dropFirst().dropLast()))
    }

    /// JSON text leaves U+007F to U+009F as they are, and a terminal might obey them.
    private static func harmless(_ json: String) -> String {
        guard json.unicodeScalars.contains(where: { (0x7F...0x9F).contains($0.value) }) else { return json }
        return json.unicodeScalars.map { scalar in
            (0x7F...0x9F).contains(scalar.value) ? "\\u00\(String(scalar.value, radix: 16))" : String(scalar)
        }.joined()
    }
}
