package import AuthorizationServer
package import JOSE
internal import Stores

/// What `gatehouse keys list` prints, from what `/api/issuers` of the running gateway says, and from the store of the
/// embedded authorization server.
package struct KeyListing {
    private let document: JSONValue?
    private let duties: [SigningKeyDuty]?

    /// `document` is nil when there is no gateway to ask, `duties` without an authorization server.
    package init(_ document: JSONValue?, duties: [SigningKeyDuty]? = nil) {
        self.document = document
        self.duties = duties
    }

    /// Tables of keys with a line of headings each, and what there is to say of issuers.
    package var text: String {
        var lines = self.document == nil ? [] : self.issuerLines
        if let duties {
            if !lines.isEmpty { lines.append("") }
            lines += Self.lines(duties)
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The gateway's document, and `signing_keys` beside its members.
    package var json: JSONValue {
        var members = self.document?.members ?? []
        if let duties { members.append(JSONMember(name: "signing_keys", value: .array(duties.map(Self.json)))) }
        return .object(members)
    }

    // MARK: - Keys that sign

    private static func lines(_ duties: [SigningKeyDuty]) -> [String] {
        var table = TextTable()
        table.append("SIGNING KEY", "ALGORITHM", "USE")
        for duty in duties { table.append(duty.keyID, duty.algorithm, duty.duty.sentence) }
        return table.lines
    }

    private static func json(_ duty: SigningKeyDuty) -> JSONValue {
        [
            "kid": .string(duty.keyID),
            "algorithm": .string(duty.algorithm),
            "use": .string(duty.duty.word),
            "until": .text(duty.duty.end?.text),
        ]
    }

    // MARK: - Keys that the gateway knows

    private var issuers: [JSONValue] { self.document?["issuers"]?.array ?? [] }

    private var issuerLines: [String] {
        var table = TextTable()
        table.append("ISSUER", "KID", "ALGORITHM", "THUMBPRINT", "FIRST SEEN", "LAST SEEN", "LAST USED", "NEXT REFRESH")
        for issuer in self.issuers {
            for key in issuer["keys"]?.array ?? [] { Self.append(key, of: issuer, to: &table) }
        }
        return table.lines + self.notes
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

extension SigningKeyDuty.Duty {
    fileprivate var word: String {
        switch self {
        case .signs: "signs"
        case .waits: "waits"
        case .verifies: "verifies"
        }
    }

    fileprivate var end: Timestamp? {
        switch self {
        case .signs: nil
        case .waits(let time): time
        case .verifies(let time): time
        }
    }

    fileprivate var sentence: String {
        switch self {
        case .signs: "signs now"
        case .waits(let time): "published, signs from \(time.text) on"
        case .verifies(let time): "verifies only" + (time.map { ", until \($0.text)" } ?? "")
        }
    }
}
