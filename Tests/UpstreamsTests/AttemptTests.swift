import HTTP
import HTTPConnections
import Testing

@testable import Upstreams

@Suite("Sending again")
struct AttemptTests {
    enum Sent: CaseIterable { case nothing, head, body }

    /// An attempt of which so much was sent.
    private static func attempt(_ sent: Sent, onReused isReused: Bool) -> Attempt {
        var attempt = Attempt()
        attempt.began(onReused: isReused)
        switch sent {
        case .nothing: break
        case .head: attempt.headSent()
        case .body: attempt.bodySent()
        }
        return attempt
    }

    @Test("the head is unsent at first, and again on another connection", arguments: [Sent.head, .body])
    func head(_ sent: Sent) {
        #expect(Attempt().isHeadUnsent)
        var attempt = Self.attempt(sent, onReused: true)
        #expect(!attempt.isHeadUnsent)
        attempt.repeats()
        #expect(attempt.isHeadUnsent)
    }

    private static let neverSent: [ClientFailure] = [.connect, .connectTimeout, .handshake]

    @Test("what was not sent is sent again, whatever it is", arguments: neverSent, [Method.get, .post])
    func unsent(_ failure: ClientFailure, _ method: Method) {
        #expect(Self.mayBeRepeated(Self.attempt(.nothing, onReused: false), after: failure, method))
    }

    @Test(
        "a connection that ended before the answer",
        arguments: [
            // Nothing was sent: always.
            (.nothing, false, .post, true), (.nothing, true, .post, true), (.nothing, true, .get, true),
            // A fresh connection says that the server fails: never.
            (.head, false, .get, false), (.body, false, .put, false),
            // A reused one may have been closed just then: what may be done twice, as long as its body is at hand.
            (.head, true, .get, true), (.head, true, .head, true), (.head, true, .put, true),
            (.head, true, .delete, true), (.head, true, .options, true),
            (.head, true, .post, false), (.head, true, .patch, false), (.head, true, .other, false),
            (.body, true, .put, false), (.body, true, .delete, false), (.body, true, .post, false),
        ] as [(Sent, Bool, Method, Bool)]
    )
    func endedBeforeAnswer(_ sent: Sent, _ isReused: Bool, _ method: Method, _ isRepeated: Bool) {
        let attempt = Self.attempt(sent, onReused: isReused)
        #expect(Self.mayBeRepeated(attempt, after: .endedBeforeAnswer, method) == isRepeated)
    }

    @Test("no place is looked for again at another server alone", arguments: [true, false])
    func unavailable(_ hasOtherServers: Bool) {
        let attempt = Self.attempt(.nothing, onReused: false)
        let isRepeated = attempt.mayBeRepeated(
            after: .unavailable,
            isIdempotent: false,
            hasOtherServers: hasOtherServers
        )
        #expect(isRepeated == hasOtherServers)
    }

    @Test(
        "nothing is sent again once the answer has begun",
        arguments: [.truncated, .malformed(.badStatus)] as [ClientFailure]
    )
    func answered(_ failure: ClientFailure) {
        #expect(!Self.mayBeRepeated(Self.attempt(.head, onReused: true), after: failure, .get))
    }

    @Test("once is enough", arguments: neverSent + [.endedBeforeAnswer, .unavailable])
    func once(_ failure: ClientFailure) {
        var attempt = Self.attempt(.nothing, onReused: true)
        #expect(Self.mayBeRepeated(attempt, after: failure, .get))
        attempt.repeats()
        #expect(!Self.mayBeRepeated(attempt, after: failure, .get))
    }

    private static func mayBeRepeated(_ attempt: Attempt, after failure: ClientFailure, _ method: Method) -> Bool {
        attempt.mayBeRepeated(after: failure, isIdempotent: method.isIdempotent, hasOtherServers: true)
    }
}
