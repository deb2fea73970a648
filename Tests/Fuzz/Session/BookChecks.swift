internal import Bytes
internal import Cryptography
internal import FuzzSupport

@testable internal import Login
@testable internal import SharedState

// MARK: - Sign-ins under way

func checkBook(_ bytes: [UInt8]) {
    let book = FlowBook(Array(Base64URL.encode(kit.seal.seal(flow: bytes)).utf8).span, kit.seal)
    let text = book.sealed(kit.seal)
    let again = FlowBook(text.utf8Span.span, kit.seal)
    require(text.utf8.count <= FlowBook.maximumByteCount || again.flows.isEmpty, "a book is too long for a cookie")
    require(again.signIns == book.signIns, "a book has other sign-ins")
    require(again.flows.count <= book.flows.count, "a book has won a flow")
    for (one, other) in zip(again.flows.reversed(), book.flows.reversed()) {
        require(hasSameTexts(one, other) && one.startedAt == other.startedAt, "a flow is another one")
    }
    for flow in book.flows { checkOnce(flow.state, of: book) }
    _ = book.isLooping(at: now)
}

private func checkOnce(_ state: String, of book: FlowBook) {
    var book = book
    guard let flow = book.take(state: state, at: now) else { return }
    require(flow.state.hasSameBytes(as: state), "a flow is of another state")
    require(now - flow.startedAt < FlowBook.lifetime, "a flow is over")
    require(book.take(state: state, at: now) == nil, "a response is good twice")
    require(book.spentTarget(state: state)?.hasSameBytes(as: flow.target) == true, "a spent flow led elsewhere")
}

private func hasSameTexts(_ one: Flow, _ other: Flow) -> Bool {
    zip(texts(one), texts(other)).allSatisfy { $0.hasSameBytes(as: $1) }
}

private func texts(_ flow: Flow) -> [String] {
    [flow.state, flow.nonce, flow.verifier.secret, flow.provider, flow.target]
}

// MARK: - Cut-offs

func checkCutOff(_ key: [UInt8]) {
    let shared = SharedCutOff(key: key, lifetime: .seconds(60))
    guard let cutOff = CutOff(shared) else {
        return require(key.count != SecretDigest.byteCount + 8, "a cut-off of our form is refused")
    }
    require(key.count == SecretDigest.byteCount + 8, "a cut-off of another form is read")
    require(cutOff.shared == shared, "a cut-off is written otherwise")
    let cutOffs = CutOffs()
    require(cutOffs.add(cutOff) == .added, "there is no room for the first")
    require(cutOffs.cut([cutOff.subject], startedAt: cutOff.startedUntil), "what was cut off lives on")
    guard cutOff.startedUntil < .max else { return }
    require(!cutOffs.cut([cutOff.subject], startedAt: cutOff.startedUntil + 1), "what began later is cut off")
}
