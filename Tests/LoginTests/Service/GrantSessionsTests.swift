import Endpoints
import HTTP
import SharedState
import Stores
import Telemetry
import Testing

@testable import AuthorizationServer
@testable import Login

@Suite("Sessions that stand on a grant, of which other gateways may know more", .serialized)
struct GrantSessionsTests {
    private let server: EmbeddedBench
    private let bench = FeedBench()

    init() throws { self.server = try EmbeddedBench() }

    @Test("AS10: a session that stands on a grant is judged once it is known what others have revoked")
    func unknown() throws {
        let revocations = SharedRevocations()
        let session = SessionFixture.session(try self.server.identity(), provider: "local")
        let kit = SessionFixture.kit()
        let jar = CookieJar(try #require(kit.lines(giving: session, at: SessionFixture.start, replacing: 0)))
        let service = LoginService(
            SessionFixture.settings(),
            sessionKey: SessionFixture.key,
            state: self.bench.state,
            revocations: revocations,
            on: self.bench.loop,
            log: OperationalLog(fileDescriptor: -1),
            providers: { _ in [] },
            tell: { _ in },
            now: { SessionFixture.start }
        )
        try #require(self.bench.run { service.isFresh })
        var request = EndpointRequest(method: .get, requestID: "0")
        request.cookies = jar.cookies.map { Array("\($0.name)=\($0.value)".utf8) }
        var brought: [BroughtSession] = []
        service.find(request) { brought.append($0) }
        revocations.become(fresh: true)
        service.find(request) { brought.append($0) }
        #expect(brought.map(\.isUnknown) == [true, false] && brought.last?.session?.name == session.name)
    }

    @Test("AS10: a session that stands on no grant, or where nobody else revokes, does not wait for that")
    func known() throws {
        let unknown = CutOffs(SharedRevocations())
        let ours = SessionFixture.session(try self.server.identity(), provider: "local")
        let onGrant = try self.opened(ours)
        let without = try self.opened(SessionFixture.session(SessionFixture.identity()))
        #expect(!unknown.canJudge(onGrant) && unknown.canJudge(without) && CutOffs().canJudge(onGrant))
    }

    private func opened(_ session: Session) throws -> RememberedSession {
        let kit = SessionFixture.kit()
        let lines = try #require(kit.lines(giving: session, at: SessionFixture.start, replacing: 0))
        return try #require(SessionFixture.reader(kit).read(CookieJar(lines)).session)
    }

    @Test("AS10: a session that stands on a grant that was revoked elsewhere is none, remembered or not")
    func sessions() throws {
        let revocations = SharedRevocations()
        let session = SessionFixture.session(try self.server.identity(), provider: "local")
        let kit = SessionFixture.kit()
        let lines = try #require(kit.lines(giving: session, at: SessionFixture.start, replacing: 0))
        let reader = SessionFixture.reader(kit, cutOffs: CutOffs(revocations))
        let opened = try #require(reader.read(CookieJar(lines)).session)
        let name = try #require(opened.mark?.name)
        #expect(revocations.add(name, for: .seconds(60)) == .added && reader.isCut(opened))
        let other = try #require(GrantName(GrantID(), issuer: IssuerMark(EmbeddedBench.issuer)))
        reader.forget(revoked: [other])
        #expect(reader.read(CookieJar(lines)).session === opened)
        reader.forget(revoked: [name])
        #expect(reader.read(CookieJar(lines)).isUnusable)
    }
}
