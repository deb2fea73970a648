import HTTPConnections
import Policy
import Testing

@testable import Gateway

@Suite("What a client hears of an upstream's failure")
struct UpstreamFailureCodeTests {
    @Test(
        "502 for a server that fails, 503 for one that cannot be had, 504 for one that is late",
        arguments: [
            (.connect, 502), (.handshake, 502), (.endedBeforeAnswer, 502), (.truncated, 502),
            (.malformed(.badStatus), 502), (.unavailable, 503), (.connectTimeout, 504),
        ] as [(ClientFailure, Int)]
    )
    func code(_ failure: ClientFailure, _ status: Int) {
        #expect(RefusalCode(failure).status == status)
    }
}
