import Testing

@testable import Upstreams

@Suite("Calls that wait")
struct WaitingQueueTests {
    private final class Call {}

    private static func queue(of count: Int) -> (WaitingQueue<Call>, [Call]) {
        var queue = WaitingQueue<Call>()
        let calls = (0..<count).map { _ in Call() }
        for call in calls { queue.append(call) }
        return (queue, calls)
    }

    private static func rest(of queue: WaitingQueue<Call>) -> [ObjectIdentifier] {
        var queue = queue
        var rest: [ObjectIdentifier] = []
        while let call = queue.popFirst() { rest.append(ObjectIdentifier(call)) }
        return rest
    }

    @Test("who comes first is served first")
    func order() {
        let (queue, calls) = Self.queue(of: 100)
        #expect(queue.count == 100)
        #expect(Self.rest(of: queue) == calls.map(ObjectIdentifier.init))
    }

    @Test(
        "whoever leaves is not served, and the others keep their order",
        arguments: [[0], [99], [3, 50, 4], [0, 1, 99]]
    )
    func leaving(_ leaving: [Int]) {
        var (queue, calls) = Self.queue(of: 100)
        for index in leaving { queue.remove(calls[index]) }
        #expect(queue.count == 100 - leaving.count)
        let staying = calls.indices.filter { !leaving.contains($0) }
        #expect(Self.rest(of: queue) == staying.map { ObjectIdentifier(calls[$0]) })
    }

    @Test("the order lasts while nine in ten leave and others come")
    func gaps() {
        var (queue, calls) = Self.queue(of: 200)
        for index in 0..<100 where index % 10 != 0 { queue.remove(calls[index]) }
        let first = queue.popFirst()
        #expect(first === calls[0])
        let late = (0..<50).map { _ in Call() }
        for call in late { queue.append(call) }
        queue.remove(late[7])
        for index in 100..<200 where index % 10 != 0 { queue.remove(calls[index]) }
        var staying = calls.indices.filter { $0 % 10 == 0 && $0 > 0 }.map { ObjectIdentifier(calls[$0]) }
        staying += late.indices.filter { $0 != 7 }.map { ObjectIdentifier(late[$0]) }
        #expect(queue.count == staying.count)
        #expect(Self.rest(of: queue) == staying)
    }

    @Test("a call that does not wait cannot leave")
    func strangers() {
        var (queue, calls) = Self.queue(of: 2)
        let served = queue.popFirst()
        #expect(served === calls[0])
        queue.remove(calls[0])
        queue.remove(Call())
        #expect(queue.count == 1)
        #expect(Self.rest(of: queue) == [ObjectIdentifier(calls[1])])
    }

    @Test("all leave at once, and others may come")
    func removeAll() {
        var (queue, calls) = Self.queue(of: 5)
        queue.remove(calls[2])
        let left = queue.removeAll()
        #expect(left.map(ObjectIdentifier.init) == [0, 1, 3, 4].map { ObjectIdentifier(calls[$0]) })
        #expect(queue.isEmpty)
        queue.append(calls[2])
        #expect(Self.rest(of: queue) == [ObjectIdentifier(calls[2])])
    }

    @Test("each call is moved once on the whole, in whatever order they leave", arguments: [true, false])
    func moves(_ fromTheEnd: Bool) {
        var (queue, calls) = Self.queue(of: 10_000)
        for call in fromTheEnd ? calls.reversed() : calls { queue.remove(call) }
        #expect(queue.isEmpty)
        #expect(queue.moves > 0)
        #expect(queue.moves <= calls.count)
    }
}
