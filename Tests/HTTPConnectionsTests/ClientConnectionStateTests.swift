import HTTP
import Testing

@testable import HTTPConnections

@Suite("Where a client's connection stands")
struct ClientConnectionStateTests {
    private typealias State = ClientConnectionState

    private static func after(_ events: (inout State) -> Void) -> State {
        var state = State()
        events(&state)
        return state
    }

    private static let connecting = State()
    private static let securing = Self.after { $0.connected(secures: true) }
    private static let waiting = Self.after { $0.connected(secures: false) }
    private static let inHead = Self.after {
        $0.connected(secures: false)
        $0.bytesArrived()
    }

    private static func answering(_ status: UInt16, _ framing: BodyFraming, keepsAlive: Bool = true) -> State {
        Self.after {
            $0.connected(secures: false)
            $0.requestIsComplete = true
            $0.bytesArrived()
            $0.headArrived(status: status, framing, keepsAlive: keepsAlive)
        }
    }

    private static let idle = Self.after {
        $0 = Self.answering(204, .none)
        _ = $0.answerEnded(isQuiet: true)
    }

    @Test("follows the handshake")
    func connects() {
        #expect(!Self.connecting.isConnected)
        #expect(!Self.securing.isConnected)
        #expect(
            Self.after {
                $0.connected(secures: true); $0.secured()
            }.phase == .head
        )
        #expect(Self.waiting.isConnected)
        #expect(Self.idle.isConnected)
    }

    /// From, and what the server's end and a break mean then.
    private static let ends: [(State, State.AfterInput, ClientFailure)] = [
        (connecting, .fail(.connect), .connect),
        (securing, .fail(.handshake), .handshake),
        (waiting, .fail(.endedBeforeAnswer), .endedBeforeAnswer),
        (inHead, .fail(.truncated), .truncated),
        (answering(200, .length(9)), .fail(.truncated), .truncated),
        (answering(200, .chunked), .fail(.truncated), .truncated),
        (answering(200, .untilClose), .endAnswer, .truncated),
        (answering(101, .none), .endAnswer, .truncated),
        (idle, .close, .truncated),
        (
            after {
                $0 = idle; $0.reused()
            }, .fail(.endedBeforeAnswer), .endedBeforeAnswer
        ),
    ]

    @Test("decides what the server's end means", arguments: ends.indices)
    func end(_ index: Int) {
        let (state, end, failure) = Self.ends[index]
        #expect(state.inputEnded() == end)
        #expect(state.failureOfBreak == failure)
    }

    /// From, and whether bytes are wanted when the call takes some, and when it takes none.
    private static let reads: [(State, Bool, Bool)] = [
        (connecting, false, false), (securing, true, true), (idle, true, true), (waiting, true, false),
        (answering(200, .length(9)), true, false), (answering(200, .chunked), true, false),
        (answering(200, .untilClose), true, false), (answering(101, .none), true, false),
    ]

    @Test("reads for a call that takes more, and otherwise to learn of the end", arguments: reads.indices)
    func wantsInput(_ index: Int) {
        let (state, taking, full) = Self.reads[index]
        #expect(state.wantsInput(takesBody: true) == taking)
        #expect(state.wantsInput(takesBody: false) == full)
    }

    @Test(
        "knows from the head what follows",
        arguments: [
            (UInt16(200), BodyFraming.none, ClientConnectionState.Phase.head), (200, .length(0), .head),
            (200, .length(7), .body), (200, .chunked, .chunkedBody),
            (200, .untilClose, .bodyUntilClose), (101, .none, .tunnel), (101, .length(7), .tunnel),
        ]
    )
    func head(_ status: UInt16, _ framing: BodyFraming, _ phase: ClientConnectionState.Phase) {
        #expect(Self.answering(status, framing).phase == phase)
    }

    @Test("bears some interim heads, and no stream of them")
    func interims() {
        var state = Self.waiting
        for _ in 0..<State.maximumInterims {
            let isBorne = state.interimArrived()
            #expect(isBorne)
        }
        let isOneMoreBorne = state.interimArrived()
        #expect(!isOneMoreBorne)
        state.reused()
        let isNextBorne = state.interimArrived()
        #expect(isNextBorne, "each answer has its own")
    }

    /// From, whether all is quiet, and whether another call may follow.
    private static let reuses: [(State, Bool, Bool)] = [
        (answering(200, .length(0)), true, true),
        (answering(200, .length(0)), false, false),
        (answering(200, .length(0), keepsAlive: false), true, false),
        (
            after {
                $0 = answering(200, .length(9)); $0.bodyArrived(9)
            }, true, true
        ),
        (answering(200, .chunked), true, true),
        (answering(200, .untilClose), true, false),
        (answering(101, .none), true, false),
        (
            after {
                $0 = answering(200, .none); $0.requestIsComplete = false
            }, true, false
        ),
    ]

    @Test("is used again when both sides agree and nothing is left over", arguments: reuses.indices)
    func reuse(_ index: Int) {
        let (start, isQuiet, isReusable) = Self.reuses[index]
        var state = start
        let mayFollow = state.answerEnded(isQuiet: isQuiet)
        #expect(mayFollow == isReusable)
        #expect(state.phase == .idle)
    }

    @Test("forgets the former call")
    func reused() {
        var state = Self.idle
        state.reused()
        #expect(state.isReused)
        #expect(!state.hasAnswerBytes)
        #expect(!state.requestIsComplete)
        #expect(state.phase == .head)
    }
}
