internal import Bytes
internal import Cryptography
internal import FuzzSupport
internal import OAuth

@testable internal import Login
@testable internal import SharedState

/// What browsers and the shared state bring of sessions: the bytes as values of cookies, of which nobody sealed one; as
/// records and books of sign-ins under a good seal; and as keys of cut-offs.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Input(start, count)
    checkCookies(input.bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init))
    checkSession(input.bytes)
    checkBook(input.bytes)
    checkCutOff(input.bytes)
    return 0
}

/// Milliseconds since 1970.
let now: Int64 = 1_800_000_000_000
let kit = makeKit(.cookie)
private let heldKit = makeKit(.state)
// The fuzzer calls from one thread.
nonisolated(unsafe) private let opener = kit.seal.sessionOpener()
private let stranger = SessionName()

private func makeKit(_ store: SessionSettings.Store) -> SessionKit {
    let providers = [("p", ProviderSettings.Kind.github), ("e", .embedded)].map { name, kind in
        ProviderSettings(name: name, kind: kind, clientID: "c", authentication: .embedded)
    }
    var settings = LoginSettings(baseURL: BaseURL("https://app.test")!, providers: providers)
    settings.session.store = store
    return SessionKit(settings, sessionKey: .generate())
}

/// A fresh one for each run: what it remembers would make the next input another one.
private func makeReader(_ kit: SessionKit) -> SessionReader {
    SessionReader(kit, firstPlace: 0, scopes: ScopeTable(["a"]), cutOffs: CutOffs())
}

// MARK: - As cookies

/// The first lines are the parts of a session; those behind them are second values of the same names.
private func checkCookies(_ lines: [[UInt8]]) {
    switch makeReader(kit).read(at: now, { append(lines, $0, &$1) }) {
    case .none: require(values(lines, part: 0).isEmpty, "a cookie was overlooked")
    case .unusable: break
    case .live, .held: fatalError("a session was opened that nobody sealed")
    }
    for line in lines { require(FlowBook(line.span, kit.seal).isEmpty, "a flow was opened that nobody sealed") }
    checkHandles(lines)
}

private func checkHandles(_ lines: [[UInt8]]) {
    let values = values(lines, part: 0)
    switch makeReader(heldKit).read(at: now, { append(lines, $0, &$1) }) {
    case .none: require(values.isEmpty, "a handle was overlooked")
    case .unusable: require(values.count != 1 || !isHandle(values[0]), "a good handle is refused")
    case .live: fatalError("a session was found that nobody has read")
    case .held(let handle):
        require(values.count == 1, "one of two handles is believed")
        require(values.first == Array(handle.text.utf8), "a handle has another text than it came with")
    }
}

private func isHandle(_ value: [UInt8]) -> Bool { Base64URL.decode(value.span)?.count == SessionHandle.byteCount }

private func values(_ lines: [[UInt8]], part: Int) -> [[UInt8]] {
    lines.indices.filter { $0 % SessionParts.maximumCount == part && !lines[$0].isEmpty }.map { lines[$0] }
}

private func append(_ lines: [[UInt8]], _ name: [UInt8], _ text: inout ByteBuffer) -> Int {
    guard let part = kit.parts.names.firstIndex(of: name) else { fatalError("a cookie is asked for that is none") }
    let values = values(lines, part: part)
    for value in values { text.append(value) }
    return values.count
}

// MARK: - Under a good seal

private func checkSession(_ bytes: [UInt8]) {
    let session = SessionRecord.session(bytes.span)
    let handle = session.map(SessionHandle.init(of:)) ?? SessionHandle(name: stranger, secret: stranger)
    checkPurposes(bytes, handle)
    checkInCookies(bytes, session)
    checkHeld(bytes, session, handle)
    guard let session else { return }
    let written = SessionRecord.write(session)
    guard let again = SessionRecord.session(written.span) else { fatalError("a written session cannot be read") }
    require(again == session, "a session that was written is another one")
    require(SessionRecord.write(again) == written, "a session has two writings")
    require(SessionRecord.head(written.span) == SessionRecord.head(bytes.span), "a session has another head")
    planted(session.identity.idToken != nil && session.identity.scopes.count > 1)
}

/// A box of one purpose opens for that one alone, and for nobody else's name.
private func checkPurposes(_ bytes: [UInt8], _ handle: SessionHandle) {
    let seal = kit.seal
    let other = SessionHandle(name: handle.name, secret: SessionName())
    let boxes = [
        seal.seal(session: bytes), seal.seal(held: bytes, of: handle), seal.seal(refreshed: bytes, of: handle.name),
        seal.seal(flow: bytes),
    ]
    for (index, box) in boxes.enumerated() {
        let readings = [
            openSession(box), seal.open(held: box.span, of: handle),
            seal.open(refreshed: box.span, of: handle.name), seal.open(flow: box.span),
        ]
        require(readings[index] == bytes, "what was sealed cannot be opened")
        require(readings.count { $0 != nil } == 1, "a box of one purpose is opened as another")
        require(seal.open(held: box.span, of: other) == nil, "a box is opened under another handle")
        require(seal.open(refreshed: box.span, of: SessionName()) == nil, "a box is opened under another name")
    }
}

/// Behind a byte that was there before, and stays.
private func openSession(_ box: [UInt8]) -> [UInt8]? {
    var text = ByteBuffer()
    text.append(UInt8(ascii: "x"))
    let isOpen = opener.open(box.span, appendingTo: &text)
    require(isOpen || text.count == 1, "a box that is not opened leaves something behind")
    return isOpen ? Array(text.span.array.dropFirst()) : nil
}

private func checkInCookies(_ bytes: [UInt8], _ session: Session?) {
    let reader = makeReader(kit)
    let box = kit.seal.seal(session: bytes)
    guard let values = SessionParts.split(box) else { fatalError("a short box has no cookies") }
    let lines = values.map { Array($0.utf8) }
    switch reader.read(at: now, { append(lines, $0, &$1) }) {
    case .none, .held: fatalError("a sealed session is not seen")
    case .unusable: break
    case .live(let opened, _):
        check(opened, session)
        require(reader.latest() == session, "the latest session is another one")
        _ = reader.noteLatest(at: now, replacing: lines.count)
    }
}

private func checkHeld(_ bytes: [UInt8], _ session: Session?, _ handle: SessionHandle) {
    let reader = makeReader(heldKit)
    let value = StateValue(bytes: heldKit.seal.seal(held: bytes, of: handle), version: StateVersion(bytes: []))
    switch reader.take(value, of: handle, at: now) {
    case .none, .held: fatalError("a held session is not seen")
    case .unusable: break
    case .live(let opened, _):
        check(opened, session)
        require(opened.handle == handle, "a held session has another handle")
        _ = reader.noted(value, of: handle, at: now)
    }
}

private func check(_ opened: RememberedSession, _ session: Session?) {
    require(opened.name == session?.name, "a session has another name")
    require(opened.version == session?.version && opened.times == session?.times, "a session has another age")
    require(now < kit.life.endsAt(opened.times), "a session is over")
}
