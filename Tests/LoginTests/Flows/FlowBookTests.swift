import Bytes
import Cryptography
import Testing

@testable import Login

@Suite("The sign-ins under way of a browser")
struct FlowBookTests {
    private static let start = SessionFixture.start
    private static let seal = SessionFixture.kit().seal

    private static func flow(_ target: String = "/app", at now: Int64 = start) -> Flow {
        Flow(provider: "corp", maker: SessionFixture.settings().providers[0].maker, target: target, at: now)
    }

    private static func opened(_ text: String, _ seal: SessionSeal = seal) -> FlowBook {
        FlowBook(text.utf8Span.span, seal)
    }

    @Test("RP5: each flow has secrets of its own, of 256 bits")
    func secrets() {
        let flows = (0..<20).map { _ in Self.flow() }
        let secrets = flows.flatMap { [$0.state, $0.nonce, $0.verifier.secret] }
        #expect(Set(secrets).count == 60)
        #expect(secrets.allSatisfy { Base64URL.decode($0)?.count == 32 })
        #expect("\(flows[0].verifier)" == "<redacted>")
    }

    @Test("RP2: a state works once, and its target is known afterwards")
    func once() {
        var book = FlowBook()
        let flow = Self.flow("/app?x=1")
        book.begin(flow, at: Self.start)
        #expect(book.spentTarget(state: flow.state) == nil)
        #expect(book.take(state: flow.state, at: Self.start) == flow)
        #expect(book.take(state: flow.state, at: Self.start) == nil)
        #expect(book.spentTarget(state: flow.state) == "/app?x=1")
        // Neither is the verifier kept, nor does a browser bring it back to life.
        #expect(book.flows == [flow.spent] && flow.spent.isSpent && flow.spent.nonce.isEmpty)
        var returned = Self.opened(book.sealed(Self.seal))
        #expect(returned.take(state: flow.state, at: Self.start) == nil)
        #expect(returned.spentTarget(state: flow.state) == "/app?x=1")
    }

    @Test("RP1: a state that this browser was not given is unknown", arguments: ["", "x", "corp", "/app"])
    func unknown(_ state: String) {
        var book = FlowBook()
        let flow = Self.flow()
        book.begin(flow, at: Self.start)
        for other in [state, flow.nonce, flow.verifier.secret, flow.state + "x", String(flow.state.dropLast())] {
            #expect(book.take(state: other, at: Self.start) == nil)
            #expect(book.spentTarget(state: other) == nil)
        }
        #expect(book.take(state: flow.state, at: Self.start) == flow)
    }

    @Test("RP8: a sign-out comes back once, to where it was to lead, and is no sign-in")
    func signOut() {
        var book = FlowBook()
        let (signIn, signOut) = (Self.flow(), Flow(signOutTo: "/bye", at: Self.start))
        book.begin(signIn, at: Self.start)
        book.begin(signOut, at: Self.start)
        var returned = Self.opened(book.sealed(Self.seal))
        #expect(returned == book && Base64URL.decode(signOut.state)?.count == 32)
        #expect(returned.take(state: signOut.state, at: Self.start) == nil)
        #expect(returned.spentTarget(state: signOut.state) == nil)
        #expect(returned.takeSignOut(state: signIn.state, at: Self.start) == nil)
        #expect(book.takeSignOut(state: signOut.state, at: Self.start + FlowBook.lifetime) == nil)
        #expect(returned.takeSignOut(state: signOut.state, at: Self.start + 1) == "/bye")
        #expect(returned.takeSignOut(state: signOut.state, at: Self.start + 1) == nil)
        #expect(returned.take(state: signIn.state, at: Self.start) == signIn)
    }

    /// Found by fuzzing: how long ago such a time was is no number.
    @Test("is nothing with a time that no clock shows", arguments: [-1, .min, RecordReader.latestTime + 1] as [Int64])
    func impossibleTimes(_ time: Int64) {
        var book = FlowBook()
        book.signedIn(at: time)
        #expect(Self.opened(book.sealed(Self.seal)).signIns.isEmpty)
        book = FlowBook()
        book.begin(Self.flow(at: time), at: time)
        #expect(Self.opened(book.sealed(Self.seal)).isEmpty)
    }

    @Test("five may be under way; of a sixth the oldest makes room")
    func five() {
        var book = FlowBook()
        let flows = (0..<6).map { Self.flow(at: Self.start + $0) }
        for flow in flows { book.begin(flow, at: flow.startedAt) }
        #expect(book.flows == Array(flows.dropFirst()))
        #expect(book.take(state: flows[0].state, at: Self.start) == nil)
        #expect(book.take(state: flows[1].state, at: Self.start) == flows[1])
        #expect(book.take(state: flows[5].state, at: Self.start) == flows[5])
    }

    @Test("a flow is over after ten minutes", arguments: [(599_999, true), (600_000, false), (10_000_000, false)])
    func lifetime(_ passed: Int64, _ isAlive: Bool) {
        var book = FlowBook()
        let flow = Self.flow()
        book.begin(flow, at: Self.start)
        #expect((book.take(state: flow.state, at: Self.start + passed) != nil) == isAlive)
        #expect(book.flows.isEmpty != isAlive)
    }

    @Test("the third sign-in within 30 s is one too many")
    func loop() {
        var book = FlowBook()
        #expect(!book.isLooping(at: Self.start))
        book.signedIn(at: Self.start)
        #expect(!book.isLooping(at: Self.start))
        book.signedIn(at: Self.start + 10_000)
        #expect(book.isLooping(at: Self.start + 10_000))
        #expect(book.isLooping(at: Self.start + 29_999))
        #expect(!book.isLooping(at: Self.start + 30_000))
        book.signedIn(at: Self.start + 30_000)
        #expect(book.signIns == [Self.start + 10_000, Self.start + 30_000])
        #expect(book.isLooping(at: Self.start + 39_999))
    }

    @Test("comes back from the cookie as it was")
    func roundTrip() {
        var book = FlowBook()
        #expect(Self.opened(book.sealed(Self.seal)) == book && book.isEmpty)
        book.signedIn(at: Self.start)
        #expect(Self.opened(book.sealed(Self.seal)) == book && !book.isEmpty)
        book.signedIn(at: Self.start + 1)
        for target in ["/", "/app?x=%20y&z#f", "https://docs.example.com/"] {
            book.begin(Self.flow(target), at: Self.start)
        }
        #expect(Self.opened(book.sealed(Self.seal)) == book)
    }

    @Test("RP4: who the providers are stands behind the flows, where an earlier version of the gateway does not look")
    func former() {
        var book = FlowBook()
        book.begin(Self.flow(), at: Self.start)
        #expect(Self.opened(book.sealed(Self.seal)).flows[0].maker == Self.flow().maker && Self.flow().maker != nil)
        let box = Base64URL.decode(book.sealed(Self.seal)) ?? []
        let bytes = Self.seal.open(flow: box.span) ?? []
        let former = Self.seal.seal(flow: Array(bytes.dropLast(8 + 4 + SessionMaker.byteCount)))
        var without = book.flows[0]
        without.maker = nil
        #expect(Self.opened(Base64URL.encode(former)).flows == [without])
    }

    @Test("has room in a cookie, with the longest targets too: then the oldest are left out")
    func size() throws {
        var book = FlowBook()
        let longest = "/" + String(repeating: "a", count: ReturnTarget.maximumByteCount - 1)
        for _ in 0..<3 { book.signedIn(at: Self.start) }
        for _ in 0..<FlowBook.maximumFlows { book.begin(Self.flow(longest), at: Self.start) }
        let text = book.sealed(Self.seal)
        #expect(text.utf8.count <= FlowBook.maximumByteCount)
        let kept = Self.opened(text)
        let latest = try #require(book.flows.last)
        #expect(kept.flows == [latest] && kept.signIns == book.signIns)
        let line = SessionFixture.kit().flowCookie.line(text, maximumAge: 600)
        #expect(line.utf8.count <= 4096)
        let short = Self.five("/app/of/usual/length?page=12")
        #expect(Self.opened(short.sealed(Self.seal)) == short)
    }

    @Test("RP1: a box that is not ours, or was changed, is an empty book")
    func foreign() throws {
        let book = Self.five("/app")
        let text = book.sealed(Self.seal)
        #expect(Self.opened(text, SessionFixture.kit(keys: [.generate()]).seal).isEmpty)
        let session = SessionFixture.kit().seal.seal(session: SessionRecord.write(SessionFixture.session()))
        let bytes = try #require(Base64URL.decode(text))
        let form = Self.seal.seal(signOut: Self.seal.open(flow: bytes.span) ?? [])
        let boxes = [session, form].map { Base64URL.encode($0) }
        for other in ["", "x", "!!", text + "A", String(text.dropLast(4))] + boxes {
            #expect(Self.opened(other).isEmpty)
        }
        let box = try #require(Base64URL.decode(text))
        for index in box.indices {
            var changed = box
            changed[index] ^= 1
            #expect(Self.opened(Base64URL.encode(changed)).isEmpty, "byte \(index)")
        }
    }

    private static func five(_ target: String) -> FlowBook {
        var book = FlowBook()
        for _ in 0..<FlowBook.maximumFlows { book.begin(self.flow(target), at: self.start) }
        return book
    }
}
