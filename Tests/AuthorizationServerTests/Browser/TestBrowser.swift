import Bytes
import HTTP
import PageReading
import Stores
import Testing

@testable import AuthorizationServer
@testable import Endpoints

/// A browser as far as the server's pages need one: it keeps cookies, follows redirects of the server, and sends forms.
final class TestBrowser {
    /// The name of the cookie that every browser gets.
    static let cookie = "__Host-gatehouse_browser"
    /// The name of the one that tells who has signed in.
    static let identity = "__Host-gatehouse_identity"

    let bench: EndpointBench
    private(set) var cookies: [String: String] = [:]
    /// `Sec-Fetch-Site` and `Origin` of the forms that it sends.
    var fetchSite: String? = "same-origin"
    var origin: String? = "https://id.example.com"

    init(_ bench: EndpointBench) { self.bench = bench }

    /// Another browser with the same cookies.
    func copy() -> TestBrowser {
        let copy = TestBrowser(self.bench)
        copy.cookies = self.cookies
        return copy
    }

    func plant(_ name: String, _ value: String?) { self.cookies[name] = value }

    func get(_ endpoint: Endpoint, _ query: [(name: String, value: String)] = []) -> EndpointAnswer {
        self.get(endpoint, query: FormEncoding.encode(query))
    }

    func get(_ endpoint: Endpoint, query: String) -> EndpointAnswer {
        self.send(self.bench.request(.get, endpoint) { $0.query = Array(query.utf8) })
    }

    func post(_ endpoint: Endpoint, _ form: [(name: String, value: String)]) -> EndpointAnswer {
        let call = self.bench.request(.post, endpoint) { request in
            request.contentType = "application/x-www-form-urlencoded"
            request.body = Array(FormEncoding.encode(form).utf8)
            request.fetchSite = self.fetchSite
            request.origin = self.origin
        }
        return self.send(call)
    }

    /// Goes where the server sends it, as long as it is the server itself.
    func follow(_ answer: EndpointAnswer) throws -> EndpointAnswer {
        var answer = answer
        for _ in 0..<5 {
            guard answer.status == 303, let location = answer["Location"], location.hasPrefix("/identity/") else {
                break
            }
            let (endpoint, query) = try Self.parts(location)
            answer = self.get(endpoint, query: query)
        }
        return answer
    }

    /// Sends the form of a page, with what a person fills in. Several forms: the one with this `action`.
    func submit(
        _ page: EndpointAnswer,
        action: AccountAction? = nil,
        _ fields: [(name: String, value: String)]
    ) throws -> EndpointAnswer {
        let forms = try PageForms(page).forms
        let form = try #require(forms.first { form in action.map { form.value("action") == $0.rawValue } ?? true })
        return self.post(
            form.endpoint,
            form.hidden.filter { hidden in !fields.contains { $0.name == hidden.name } } + fields
        )
    }

    /// Fills in the sign-in page.
    func signIn(_ page: EndpointAnswer, _ name: String = "alice", _ password: String = User.alicePassword) throws
        -> EndpointAnswer
    {
        try self.submit(page, [("username", name), ("password", password)])
    }

    static func parts(_ location: String) throws -> (Endpoint, String) {
        let path = location.dropFirst("/identity/".count)
        let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
        return (try #require(Endpoint(rawValue: parts[0])), parts.count > 1 ? parts[1] : "")
    }

    private func send(_ call: EndpointCall) -> EndpointAnswer {
        var call = call
        if !self.cookies.isEmpty {
            let pairs = self.cookies.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            call.request.cookies = [Array(pairs.joined(separator: "; ").utf8)]
        }
        let answer = self.bench.answer(call)
        for line in answer.all("Set-Cookie") { self.keep(line) }
        return answer
    }

    private func keep(_ line: String) {
        let pair = line.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        self.cookies[String(pair[0])] = line.contains("Max-Age=0") ? nil : String(pair[1])
    }
}

/// The forms of a page.
struct PageForms {
    struct Form {
        let endpoint: Endpoint
        var hidden: [(name: String, value: String)] = []

        func value(_ name: String) -> String? { self.hidden.first { $0.name == name }?.value }
    }

    private(set) var forms: [Form] = []

    init(_ page: EndpointAnswer) throws {
        for tag in try HTMLReader(String(decoding: page.body, as: UTF8.self)).tags {
            if tag.name == "form" {
                let path = try #require(tag.attributes["action"])
                self.forms.append(Form(endpoint: try TestBrowser.parts(path).0))
            } else if tag.name == "input", tag.attributes["type"] == "hidden", let name = tag.attributes["name"] {
                self.forms[self.forms.count - 1].hidden.append((name, tag.attributes["value"] ?? ""))
            }
        }
    }
}

extension EndpointAnswer {
    var html: String { String(decoding: self.body, as: UTF8.self) }

    /// The parameters of a redirect to a client, whether behind `?` or `#`.
    var clientParameters: Parameters? {
        guard self.status == 303, let location = self["Location"], location.hasPrefix("https://") else { return nil }
        guard let start = location.firstIndex(where: { $0 == "?" || $0 == "#" }) else { return nil }
        return try? Parameters(parsing: Array(location[location.index(after: start)...].utf8))
    }
}

/// Authorization requests.
enum Asking {
    /// RFC 7638, section 3.1.
    static let thumbprint = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    /// RFC 7636, appendix B.
    static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    static func query(
        _ client: Client = .docs,
        _ changes: [String: String?] = [:]
    ) -> [(name: String, value: String)] {
        let pairs = [
            ("client_id", client.name), ("redirect_uri", "https://\(client.name).example.com/callback"),
            ("response_type", "code"), ("scope", "openid items:read"), ("state", "s-1"),
            ("code_challenge", Self.challenge), ("code_challenge_method", "S256"),
        ]
        let kept = pairs.compactMap { pair -> (name: String, value: String)? in
            (changes[pair.0] ?? pair.1).map { (pair.0, $0) }
        }
        let added = changes.filter { change in !pairs.contains { $0.0 == change.key } }.sorted { $0.key < $1.key }
        return kept + added.compactMap { pair in pair.value.map { (pair.key, $0) } }
    }
}

extension TestBrowser {
    func ask(_ client: Client = .docs, _ changes: [String: String?] = [:]) -> EndpointAnswer {
        self.get(.authorize, Asking.query(client, changes))
    }

    /// From the request to the answer, through sign-in and consent.
    func authorized(_ client: Client = .docs, _ changes: [String: String?] = [:]) throws -> EndpointAnswer {
        let page = try self.follow(self.ask(client, changes))
        let asked = try self.follow(self.signIn(page))
        return try self.submit(asked, [("decision", "allow")])
    }
}

extension EndpointBench {
    /// A user of the store, with the password of `alice`. Returns the name.
    @discardableResult
    static func bob(_ bench: EndpointBench) throws -> String {
        let hash = try User.alice().passwordHash
        let bob = UserRecord(name: "bob", passwordHash: hash, created: bench.now)
        try #require(try bench.store.addUser(bob))
        return bob.name
    }
}

extension TestBrowser {
    /// As `authorized`, for somebody who is signed in.
    func authorizedAgain(_ client: Client) throws -> EndpointAnswer {
        try self.submit(self.follow(self.ask(client)), [("decision", "allow")])
    }
}
