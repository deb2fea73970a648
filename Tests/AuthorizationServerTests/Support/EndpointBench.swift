import Bytes
import Cryptography
import HTTP
import JOSE
import Stores
import Testing

@testable import AuthorizationServer
@testable import Endpoints

/// An authorization server without threads and sockets: a store in memory, a clock that stands still, and requests that are
/// answered on the spot, by the worker's part or else by the store's.
final class EndpointBench {
    static let start = Timestamp(seconds: 1_800_000_000)
    static let issuer = "https://id.example.com/identity"

    var now = EndpointBench.start {
        didSet { self.clock.advance(by: .milliseconds(self.now.milliseconds - oldValue.milliseconds)) }
    }
    /// Whether no password can be hashed at the moment.
    var isPoolFull = false
    private(set) var policy: ServerPolicy
    let store: SQLiteAuthorizationStore
    let keys: SigningKeys
    let seal: SealingRing
    let lockout: Lockout
    let clock: TestClock
    let signIns = PendingSignIns()
    let audit: AuditFile
    let tokens: TokenWriter
    let reader: AccessTokenReader
    let origins = ClientOrigins()

    /// The settings of `AuthorizationServerSettings.inTests`, with a change.
    init(_ change: (inout AuthorizationServerSettings) throws -> Void = { _ in }) throws {
        var settings = try AuthorizationServerSettings.inTests()
        try change(&settings)
        self.policy = ServerPolicy(settings)
        self.seal = SealingRing(.generate())
        self.store = try SQLiteAuthorizationStore(.memory, ring: self.seal)
        var life = KeyLife(settings)
        self.keys = try #require(try life.keys(self.store, at: Self.start))
        let clock = TestClock()
        self.clock = clock
        self.lockout = Lockout(settings.lockout) { clock.now }
        self.audit = try AuditFile()
        self.tokens = TokenWriter(issuer: settings.issuer.text)
        self.reader = AccessTokenReader(issuer: settings.issuer.text)
    }

    /// As after a reload.
    func adopt(_ change: (inout AuthorizationServerSettings) -> Void) {
        var settings = self.policy.settings
        change(&settings)
        self.policy = ServerPolicy(settings)
        self.lockout.adopt(settings.lockout)
    }

    /// As when somebody sets the time of day: no time passes.
    func setTimeOfDay(_ time: Timestamp) {
        let passed = self.clock.elapsed
        self.now = time
        self.clock.elapsed = passed
    }

    /// What a worker does with a request: it answers itself, or the store's thread does. Passwords are hashed at once.
    func answer(_ call: EndpointCall) -> EndpointAnswer {
        defer { try? self.signIns.write(to: self.store, at: self.now) }
        if let answer = self.worker.answer(call) { return answer }
        do throws(EndpointFailure) {
            let context = self.context(call)
            return try self.finish(try EndpointRouter.handle(context), context)
        } catch {
            return error.answer(to: call, policy: self.policy)
        }
    }

    var worker: WorkerEndpoints {
        WorkerEndpoints(
            AuthorizationSnapshot(
                keys: self.keys,
                revoked: RevokedGrants(),
                policy: self.policy,
                lockout: self.lockout
            ),
            log: self.audit.workerLog
        )
    }

    func context(_ call: EndpointCall) -> EndpointContext {
        EndpointContext(
            call: call,
            policy: self.policy,
            store: self.store,
            keys: self.keys,
            tokens: self.tokens,
            reader: self.reader,
            origins: self.origins,
            lockout: self.lockout,
            audit: self.audit.log,
            seal: self.seal,
            signIns: self.signIns,
            now: self.now
        )
    }

    private func finish(_ step: Step, _ context: EndpointContext) throws(EndpointFailure) -> EndpointAnswer {
        switch step {
        case .answer(let answer): answer
        case .hash(let job): self.isPoolFull ? try job.ifBusy() : try self.finish(try job.work()(context), context)
        }
    }
}

// MARK: - Requests

extension EndpointBench {
    func request(
        _ method: Method,
        _ endpoint: Endpoint,
        _ change: (inout EndpointRequest) -> Void = { _ in }
    ) -> EndpointCall {
        var request = EndpointRequest(method: method, requestID: "4d1c2b7a9e")
        request.client = IPAddress("192.0.2.7")
        change(&request)
        return EndpointCall(request, to: endpoint, now: self.now)
    }

    func get(
        _ endpoint: Endpoint,
        _ query: [(name: String, value: String)] = [],
        _ change: (inout EndpointRequest) -> Void = { _ in }
    ) -> EndpointAnswer {
        self.answer(
            self.request(.get, endpoint) { request in
                request.query = Array(FormEncoding.encode(query).utf8)
                change(&request)
            }
        )
    }

    /// A form.
    func post(
        _ endpoint: Endpoint,
        _ form: [(name: String, value: String)] = [],
        _ change: (inout EndpointRequest) -> Void = { _ in }
    ) -> EndpointAnswer {
        self.answer(
            self.request(.post, endpoint) { request in
                request.contentType = "application/x-www-form-urlencoded"
                request.body = Array(FormEncoding.encode(form).utf8)
                change(&request)
            }
        )
    }
}

extension EndpointAnswer {
    /// Each line of a field.
    func all(_ name: String) -> [String] {
        self.fields.filter { "\($0.name)".lowercased() == name.lowercased() }.map(\.value)
    }

    /// A field that is there once; nil if it is not.
    subscript(name: String) -> String? {
        let all = self.all(name)
        return all.count == 1 ? all[0] : nil
    }

    /// The body; null if it is no JSON.
    var json: JSONValue { (try? JSONValue(parsing: self.body.span)) ?? .null }

    /// The code of an error in the RFCs' form.
    var error: String? { self.json["error"]?.string }
}
