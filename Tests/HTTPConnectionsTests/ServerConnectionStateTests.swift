import HTTP
import Testing

@testable import HTTPConnections

/// A state that a connection can be in, and what has to follow from it.
struct StateRow: Sendable, CustomTestStringConvertible {
    let name: String
    let state: ServerConnectionState
    let wait: ServerWait
    /// When the request under way takes no body.
    let waitWithoutRoom: ServerWait
    let whenLate: AfterDeadline
    let atEnd: AfterInput
    let atEndUnsent: AfterInput
    /// Bytes are wanted: at all, with an answer unsent, with bytes pending, with a request that takes no body.
    let wants: [Bool]

    var testDescription: String { self.name }
    /// Whether an unsent byte is TLS's, and no sign of a client that does not read.
    var isBeforeAnswers: Bool { self.wait == .head }
}

extension ServerConnectionState {
    static let fresh = ServerConnectionState()

    static func after(_ events: (inout ServerConnectionState) -> Void) -> ServerConnectionState {
        var state = ServerConnectionState()
        events(&state)
        return state
    }

    static func asked(_ framing: BodyFraming, keepsAlive: Bool = true) -> ServerConnectionState {
        .after { $0.requestArrived(framing, keepsAlive: keepsAlive) }
    }

    static let inHead = Self.after { $0.headBegan() }
    static let idle = Self.after {
        $0.requestArrived(.none, keepsAlive: true)
        _ = $0.answerEnded(hasMoreInput: false)
    }
    static let inNextHead = Self.idle.with { $0.headBegan() }
    static let discarding = Self.after {
        $0.requestArrived(.length(100), keepsAlive: true)
        _ = $0.answerEnded(hasMoreInput: true)
    }
    static let tunnel = Self.asked(.none).with { _ = $0.endHead(.tunnel) }
    static let lingering = Self.after { $0.refused() }

    func with(_ events: (inout ServerConnectionState) -> Void) -> ServerConnectionState {
        var state = self
        events(&state)
        return state
    }

    mutating func endHead(
        _ framing: AnswerFraming,
        isOldClient: Bool = false,
        expectsContinue: Bool = false,
        isLast: Bool = false
    ) -> HeadEnding {
        self.answerBegan()
        return self.answerHeadEnded(
            framing,
            isOldClient: isOldClient,
            expectsContinue: expectsContinue,
            isLast: isLast
        )
    }
}

@Suite("What a server's connection waits for")
struct ServerConnectionStateTests {
    private static func row(
        _ name: String,
        _ state: ServerConnectionState,
        _ wait: ServerWait,
        withoutRoom: ServerWait? = nil,
        late: AfterDeadline = .close,
        end: AfterInput,
        unsentEnd: AfterInput? = nil,
        wants: [Bool]
    ) -> StateRow {
        StateRow(
            name: name,
            state: state,
            wait: wait,
            waitWithoutRoom: withoutRoom ?? wait,
            whenLate: late,
            atEnd: end,
            atEndUnsent: unsentEnd ?? end,
            wants: wants
        )
    }

    private static let heads: [StateRow] = [
        ("a new connection", ServerConnectionState.fresh, ServerWait.head, AfterDeadline.close),
        ("a first head", .inHead, .head, .refuse),
        ("a kept connection", .idle, .nextRequest, .close),
        ("a next head", .inNextHead, .head, .refuse),
    ].map { name, state, wait, late in
        Self.row(
            name,
            state,
            wait,
            late: late,
            end: .close,
            unsentEnd: .closeWhenSent,
            wants: [true, false, true, true]
        )
    }

    /// Each input that has a request, with no answer, a head, and a begun body.
    private static let exchanges: [StateRow] = [
        ("no answer", { (_: inout ServerConnectionState) in }),
        ("a head", { (state: inout ServerConnectionState) in state.answerBegan() }),
        (
            "a begun answer",
            { (state: inout ServerConnectionState) in
                state.answerBegan()
                state.headSent()
            }
        ),
    ].flatMap { name, events in
        let late = name == "no answer" ? AfterDeadline.tellRequest : .close
        return [
            Self.row(
                "a body with \(name)",
                .asked(.length(100)).with(events),
                .body,
                withoutRoom: .nothing,
                late: late,
                end: .close,
                wants: [true, true, true, false]
            ),
            Self.row(
                "chunks with \(name)",
                .asked(.chunked).with(events),
                .body,
                withoutRoom: .nothing,
                late: late,
                end: .close,
                wants: [true, true, true, false]
            ),
            Self.row(
                "a whole request with \(name)",
                .asked(.none).with(events),
                .nothing,
                end: .finishAnswer,
                wants: [true, true, false, true]
            ),
            Self.row(
                "a refused client with \(name)",
                .lingering.with(events),
                .linger,
                end: .close,
                unsentEnd: .closeWhenSent,
                wants: [true, true, true, true]
            ),
        ]
    }

    private static let others: [StateRow] = [
        Self.row(
            "an unwanted body",
            .discarding,
            .discardedBody,
            end: .closeWhenSent,
            wants: [true, true, true, true]
        ),
        Self.row("a tunnel", .tunnel, .nothing, end: .endTunnel, wants: [true, true, true, false]),
    ]

    static let rows = Self.heads + Self.exchanges + Self.others

    @Test("depends on its state alone", arguments: rows)
    func waits(_ row: StateRow) {
        #expect(row.state.wait(hasUnsent: false, takesBody: true) == row.wait)
        #expect(row.state.wait(hasUnsent: false, takesBody: false) == row.waitWithoutRoom)
    }

    @Test("is that the client takes what was sent, while it does not", arguments: rows)
    func waitsUnsent(_ row: StateRow) {
        let expected = row.isBeforeAnswers ? ServerWait.head : .sending
        #expect(row.state.wait(hasUnsent: true, takesBody: true) == expected)
        #expect(row.state.wait(hasUnsent: true, takesBody: false) == expected)
    }

    @Test("is told to a late request, and to nobody who does not read", arguments: rows)
    func late(_ row: StateRow) {
        #expect(row.state.deadlinePassed(hasUnsent: false) == row.whenLate)
        #expect(row.state.deadlinePassed(hasUnsent: true) == .close)
    }

    @Test("decides what its client's end means", arguments: rows)
    func ends(_ row: StateRow) {
        var (state, unsent) = (row.state, row.state)
        let (end, unsentEnd) = (state.inputEnded(hasUnsent: false), unsent.inputEnded(hasUnsent: true))
        #expect(end == row.atEnd)
        #expect(unsentEnd == row.atEndUnsent)
        #expect(state.closesAfterAnswer == (row.state.closesAfterAnswer || row.atEnd == .finishAnswer))
    }

    @Test("decides what is read", arguments: rows)
    func reads(_ row: StateRow) {
        let state = row.state
        #expect(
            [
                state.wantsInput(hasUnsent: false, hasPending: false, takesBody: true),
                state.wantsInput(hasUnsent: true, hasPending: false, takesBody: true),
                state.wantsInput(hasUnsent: false, hasPending: true, takesBody: true),
                state.wantsInput(hasUnsent: false, hasPending: false, takesBody: false),
            ] == row.wants
        )
    }

    @Test("has a time of its own", arguments: ServerWait.allCases)
    func times(_ wait: ServerWait) {
        var timeouts = ServerTimeouts()
        timeouts.header = 1
        timeouts.bodyIdle = 2
        timeouts.writeIdle = 3
        timeouts.keepAlive = 4
        timeouts.tunnelIdle = 5
        let expected: UInt64? =
            switch wait {
            case .nothing: nil
            case .head: 1
            case .body, .discardedBody: 2
            case .sending: 3
            case .nextRequest: 4
            case .linger: 2000
            }
        #expect(timeouts.time(for: wait) == expected)
    }
}
