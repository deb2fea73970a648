import Testing

@testable import SharedState

@Suite("The commands that wait for a connection")
struct WaitingRequestsTests {
    private static func request(_ deadline: UInt64, bytes: Int = 0) -> RedisRequest {
        let command = RedisCommand("PING", .bytes([UInt8](repeating: 0, count: bytes)))
        return RedisRequest(command: command, deadline: deadline) { _ in }
    }

    @Test("are as many as allowed")
    func count() {
        let most = WaitingRequests.maximumCount
        var waiting = WaitingRequests()
        let fits = (0...most).map { _ in waiting.append(Self.request(1)) }
        #expect(fits == [Bool](repeating: true, count: most) + [false])
        #expect(waiting.takeAll().count == most)
        let fitsAgain = waiting.isEmpty && waiting.append(Self.request(1))
        #expect(fitsAgain)
    }

    @Test("have as many bytes as allowed, to the byte")
    func bytes() {
        let half = WaitingRequests.maximumBytes / 2 - Self.request(1).command.byteCount
        var waiting = WaitingRequests()
        let fits = [half, half + 1, half, 0].map { waiting.append(Self.request(1, bytes: $0)) }
        #expect(fits == [true, false, true, false])
    }

    @Test("are late each at its own time, and the others keep their order and their bytes")
    func late() {
        var waiting = WaitingRequests()
        for deadline in [30, 10, 40, 20] as [UInt64] { _ = waiting.append(Self.request(deadline)) }
        #expect(waiting.takeLate(now: 9).isEmpty)
        #expect(waiting.takeLate(now: 20).map(\.deadline) == [10, 20])
        #expect(waiting.takeAll().map(\.deadline) == [30, 40])
    }
}
