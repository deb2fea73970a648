import HTTP
import Testing

@testable import HTTPConnections

@Suite("The events of a server's connection")
struct ServerConnectionEventsTests {
    @Test(
        "make an input of a request's framing",
        arguments: [
            (BodyFraming.none, ServerConnectionState.Input.complete, UInt64(0)), (.length(0), .complete, 0),
            (.length(1), .body, 1), (.length(.max), .body, .max), (.chunked, .chunkedBody, 0),
        ]
    )
    func request(_ framing: BodyFraming, _ input: ServerConnectionState.Input, _ remaining: UInt64) {
        let state = ServerConnectionState.inHead.with { $0.requestArrived(framing, keepsAlive: true) }
        #expect(state.input == input)
        #expect(state.remaining == remaining)
        #expect(!state.isInHead)
    }

    @Test("count a body down to its end")
    func body() {
        var state = ServerConnectionState.asked(.length(10))
        state.bodyArrived(9)
        #expect(state.input == .body)
        state.bodyArrived(1)
        #expect(state.input == .complete)
    }

    @Test("count an unwanted body down to the next request")
    func discard() {
        var state = ServerConnectionState.discarding
        state.discarded(99)
        #expect(state.input == .discard)
        state.discarded(1)
        #expect(state.input == .head)
    }

    @Test("begin the wait anew when something wanted comes, and not when something is dropped")
    func progress() {
        let settled = { (state: ServerConnectionState) in state.with { _ = $0.takeProgress(in: .body) } }
        let events: [(ServerConnectionState, (inout ServerConnectionState) -> Void, Bool)] = [
            (.fresh, { $0.headBegan() }, true),
            (.inHead, { $0.headBegan() }, false),
            (.inHead, { $0.requestArrived(.none, keepsAlive: true) }, true),
            (.asked(.length(9)), { $0.bodyArrived(1) }, true),
            (.asked(.chunked), { $0.chunksArrived() }, true),
            (.asked(.none), { $0.clientTookSome() }, false),
            (.asked(.none), { _ = $0.answerEnded(hasMoreInput: false) }, true),
            (.discarding, { $0.discarded(1) }, false),
            (.asked(.none), { _ = $0.inputEnded(hasUnsent: false) }, false),
        ]
        for (state, event, expected) in events {
            var state = settled(state)
            event(&state)
            let (hasProgressed, isToldAgain) = (state.takeProgress(in: .body), state.takeProgress(in: .body))
            #expect(hasProgressed == expected)
            #expect(!isToldAgain)
        }
    }

    @Test("give a client that does not take what was sent no further time for what it sends")
    func sending() {
        var state = ServerConnectionState.asked(.length(9)).with { _ = $0.takeProgress(in: .body) }
        state.bodyArrived(1)
        let afterInput = state.takeProgress(in: .sending)
        state.clientTookSome()
        let afterTaking = [state.takeProgress(in: .sending), state.takeProgress(in: .sending)]
        #expect(!afterInput)
        #expect(afterTaking == [true, false])
    }

    // MARK: - The answer's head

    @Test(
        "tell the client where an answer ends, and what comes then",
        arguments: [
            (AnswerFraming.none, false, false, HeadEnding()),
            (.length, false, false, HeadEnding()),
            (.chunked, false, false, HeadEnding(isChunked: true)),
            (.unknownLength, false, false, HeadEnding(isChunked: true)),
            (.length, true, false, HeadEnding(connection: .keepAlive)),
            (.length, false, true, HeadEnding(connection: .close)),
            (.length, true, true, HeadEnding(connection: .close)),
            (.chunked, true, false, HeadEnding(connection: .close)),
            (.unknownLength, true, false, HeadEnding(connection: .close)),
            (.tunnel, false, true, HeadEnding()),
        ]
    )
    func head(_ framing: AnswerFraming, isOldClient: Bool, isLast: Bool, _ expected: HeadEnding) {
        var state = ServerConnectionState.asked(.none)
        let ending = state.endHead(framing, isOldClient: isOldClient, isLast: isLast)
        #expect(ending == expected)
        #expect(state.closesAfterAnswer == (expected.connection == .close))
    }

    @Test("make no chunks for a client of HTTP/1.0")
    func oldFraming() {
        var state = ServerConnectionState.asked(.none)
        _ = state.endHead(.unknownLength, isOldClient: true)
        #expect(state.framing == .length)
    }

    @Test("close behind a body that is too large to be dropped, or may never come", arguments: [false, true])
    func unreadBody(_ expectsContinue: Bool) {
        let limit = ServerConnectionState.maximumDiscardedBody
        for (framing, closes) in [
            (BodyFraming.length(limit), expectsContinue), (.length(limit + 1), true), (.chunked, true), (.none, false),
        ] {
            var state = ServerConnectionState.asked(framing)
            let ending = state.endHead(.length, expectsContinue: expectsContinue)
            #expect((ending.connection == .close) == closes, "\(framing)")
        }
    }

    @Test("keep the final answer for after the interim one")
    func interim() {
        var state = ServerConnectionState.asked(.length(5))
        state.answerBegan()
        #expect(state.answer == .head)
        state.interimSent()
        #expect(state.answer == .none)
        #expect(state.deadlinePassed(hasUnsent: false) == .tellRequest)
    }

    // MARK: - The answer's end

    /// From, whether bytes behind the request are at hand, what is done, and what comes next.
    private static let endings: [(ServerConnectionState, Bool, AfterAnswer, ServerConnectionState.Input)] = [
        (.asked(.none), false, .awaitRequest, .head),
        (.asked(.none), true, .awaitRequest, .head),
        (.asked(.none, keepsAlive: false), false, .closeWhenSent, .complete),
        (.asked(.none, keepsAlive: false), true, .linger, .linger),
        (.asked(.length(9)), true, .discard, .discard),
        (.asked(.length(9)), false, .discard, .discard),
        (.asked(.length(9), keepsAlive: false), false, .linger, .linger),
        (.asked(.chunked, keepsAlive: false), false, .linger, .linger),
        (.asked(.chunked), true, .linger, .linger),
        (.tunnel, true, .closeWhenSent, .tunnel),
        (.lingering, false, .linger, .linger),
    ]

    @Test("go on, drop, close or linger after an answer", arguments: endings.indices)
    func answerEnd(_ index: Int) {
        let (start, hasMoreInput, next, input) = Self.endings[index]
        var state = start.with { $0.answerBegan() }
        let afterwards = state.answerEnded(hasMoreInput: hasMoreInput)
        #expect(afterwards == next)
        #expect(state.input == input)
        #expect(state.answer == .none)
    }
}
