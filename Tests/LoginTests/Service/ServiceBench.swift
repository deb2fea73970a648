import Endpoints
import HTTP
import Reactor
import SharedState
import Telemetry
import Testing

@testable import Login

/// Sign-in as the control loop has it, with providers that answer when the test says so, and a session whose access token
/// has run out.
final class ServiceBench {
    private let loop = EventLoop()
    let state: FlakyState
    var settings = SessionFixture.settings()
    var now = SessionFixture.start + 601_000
    let session = SessionFixture.refreshable(tokenLife: 600)
    /// What the browser has.
    var cookies: CookieJar
    let copy: SessionCopy
    /// `corp` of each policy, the latest last.
    private(set) var providers: [PromptedProvider] = []
    private(set) lazy var service = LoginService(
        self.settings,
        sessionKey: SessionFixture.key,
        state: self.state,
        on: self.loop,
        log: OperationalLog(fileDescriptor: -1),
        providers: { [unowned self] in self.makeProviders($0) },
        tell: { _ in },
        now: { [unowned self] in self.now }
    )

    init(_ store: SessionSettings.Store = .cookie) throws {
        self.state = FlakyState(MemoryStore(StateMemory(), on: self.loop), on: self.loop)
        self.settings.session.store = store
        let (kit, start) = (SessionFixture.kit(self.settings), SessionFixture.start)
        if store == .cookie {
            self.copy = .whole(self.session)
            self.cookies = CookieJar(try #require(kit.lines(giving: self.session, at: start, replacing: 0)))
        } else {
            let handle = SessionHandle(of: self.session)
            self.copy = .held(handle, version: 0, times: self.session.times)
            self.cookies = CookieJar(kit.lines(giving: handle, of: self.session, at: start, replacing: 0))
            let shelf = SessionShelf(kit: kit, state: self.state)
            var isWritten = false
            shelf.write(self.session, handle, at: start) { _ in isWritten = true }
            try #require(self.run { isWritten })
        }
        try #require(self.run { self.service.isFresh })
    }

    private func makeProviders(_ settings: LoginSettings) -> [any Provider] {
        let all = settings.providers.map { PromptedProvider($0.name) }
        self.providers += all.filter { $0.name == "corp" }
        return all
    }

    /// Reads the policy again, which has changed.
    func reload(_ change: (inout LoginSettings) -> Void) {
        change(&self.settings)
        self.service.adopt(self.settings)
    }

    func refresh() -> RefreshAnswer {
        let answer = RefreshAnswer()
        self.service.ask(.refresh(self.copy, isDue: true)) { reply in
            if case .refresh(let outcome) = reply { answer.outcome = outcome }
        }
        return answer
    }

    /// What the browser is answered at one of sign-in's paths.
    func ask(_ endpoint: LoginEndpoint, _ method: Method = .get, query: String = "") throws -> EndpointAnswer {
        let answer = self.begin(endpoint, method, query: query)
        try #require(self.run { answer.latest != nil })
        return try #require(answer.latest)
    }

    /// The same, without waiting for it.
    func begin(_ endpoint: LoginEndpoint, _ method: Method = .get, query: String = "") -> AwaitedAnswer {
        var request = EndpointRequest(method: method, requestID: "0")
        request.query = Array(query.utf8)
        request.fetchSite = "same-origin"
        request.cookies = self.cookies.cookies.map { Array("\($0.name)=\($0.value)".utf8) }
        let awaited = AwaitedAnswer()
        self.service.ask(.endpoint(endpoint, request)) { [unowned self] reply in
            guard case .endpoint(let answer) = reply else { return }
            self.cookies.take(answer.fields.filter { "\($0.name)" == "Set-Cookie" }.map(\.value))
            awaited.latest = answer
        }
        return awaited
    }

    /// Runs the loop until then; false: it took too long.
    func run(until isDone: @escaping () -> Bool) -> Bool { self.loop.run(until: isDone) }
}

/// What a browser is answered, once it is.
final class AwaitedAnswer {
    var latest: EndpointAnswer?
}
