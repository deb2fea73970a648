import Testing

@testable import SharedState

@Suite("The state of a connection to Redis")
struct RedisConnectionStateTests {
    private static func greeting(_ steps: [RedisConnectionState.Greeting]) -> RedisConnectionState {
        var state = RedisConnectionState(greeting: steps)
        state.connected(secures: false)
        return state
    }

    private static let master = RedisReply.array([.bytes(Array("master".utf8)), .integer(0), .array([])])
    private static let replica = RedisReply.array([.bytes(Array("slave".utf8)), .bytes([]), .integer(1)])

    @Test("stands after the last reply of the greeting")
    func greeting() {
        var state = Self.greeting([.hello, .select, .role])
        #expect(state.replied(.array([])) == .waits)
        #expect(state.replied(.status("OK")) == .waits)
        #expect(state.replied(Self.master) == .stands)
        #expect(state.phase == .ready)
        #expect(state.replied(.null) == .answers)
    }

    @Test(
        "ends with the code of a refusal, and with nothing else of its text",
        arguments: [
            ("WRONGPASS invalid username-password pair", "WRONGPASS"), ("NOAUTH", "NOAUTH"),
            ("ERR unknown command `HELLO`", "ERR"), ("evil\u{1B}[2J text", "an unknown code"),
            (" x", "an unknown code"),
            (String(repeating: "A", count: 33), "an unknown code"),
        ]
    )
    func refusal(_ text: String, _ code: String) {
        var state = Self.greeting([.hello])
        #expect(state.replied(.error(text)) == .ends(.refused(code: code)))
    }

    @Test("ends when the server is a replica", arguments: [replica, .null, .array([]), .status("OK")])
    func role(_ reply: RedisReply) {
        var state = Self.greeting([.hello, .role])
        _ = state.replied(.array([]))
        #expect(state.replied(reply) == .ends(.notMaster))
    }

    @Test("ends when the server speaks first")
    func early() {
        var connecting = RedisConnectionState(greeting: [.hello])
        #expect(connecting.replied(.status("OK")) == .ends(.malformed))
        connecting.connected(secures: true)
        #expect(connecting.replied(.status("OK")) == .ends(.malformed))
    }

    @Test("tells messages from replies on a subscriber's connection alone")
    func messages() {
        let message = RedisReply.array(["message", "+switch-master", "x"].map { .bytes(Array($0.utf8)) })
        let pong = RedisReply.array([.bytes(Array("pong".utf8)), .bytes([])])
        var subscriber = RedisConnectionState(greeting: [.hello], isSubscriber: true)
        var other = RedisConnectionState(greeting: [.hello])
        for isSubscriber in [true, false] {
            var state = isSubscriber ? subscriber : other
            state.connected(secures: false)
            _ = state.replied(.array([]))
            if isSubscriber { subscriber = state } else { other = state }
        }
        #expect(subscriber.replied(message) == .isPushed)
        #expect(subscriber.replied(pong) == .answers)
        #expect(other.replied(message) == .answers)
    }

    @Test("is silent when commands wait and no reply comes for the whole time")
    func silence() {
        let limit = RedisConnectionState.maximumSilence
        var state = Self.greeting([.hello])
        #expect(!state.isSilent(now: .max, hasCommandsUnderWay: true))
        _ = state.replied(.array([]))
        state.sent(isFirst: true, now: 100)
        state.sent(isFirst: false, now: 500)
        #expect(!state.isSilent(now: 99 + limit, hasCommandsUnderWay: true))
        #expect(state.isSilent(now: 100 + limit, hasCommandsUnderWay: true))
        #expect(!state.isSilent(now: 100 + limit, hasCommandsUnderWay: false))
        state.received(now: 200)
        #expect(!state.isSilent(now: 199 + limit, hasCommandsUnderWay: true))
    }
}
