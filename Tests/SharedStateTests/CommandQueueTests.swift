import Testing

@testable import SharedState

@Suite("The commands under way on a connection")
struct CommandQueueTests {
    private static func word(_ answered: CommandQueue<String>.Answered) -> String {
        switch answered {
        case .waiter(let name): name
        case .late: "late"
        case .unasked: "unasked"
        }
    }

    @Test("are answered in the order of sending")
    func order() {
        var queue = CommandQueue<String>()
        for name in ["a", "b", "c"] { queue.append(name, deadline: 10) }
        #expect((0..<4).map { _ in Self.word(queue.answered()) } == ["a", "b", "c", "unasked"])
    }

    @Test("keep their place when their time is up, so that no reply is taken for another's")
    func latePlace() {
        var queue = CommandQueue<String>()
        queue.append("slow", deadline: 10)
        queue.append("quick", deadline: 20)
        #expect(queue.expire(now: 10) == ["slow"])
        #expect(queue.count == 2)
        #expect((0..<3).map { _ in Self.word(queue.answered()) } == ["late", "quick", "unasked"])
    }

    @Test("expire once, each at its own time")
    func expiry() {
        var queue = CommandQueue<String>()
        for (name, deadline) in [("c", 30), ("a", 10), ("b", 20)] as [(String, UInt64)] {
            queue.append(name, deadline: deadline)
        }
        #expect(queue.expire(now: 9) == [])
        #expect(queue.expire(now: 20) == ["a", "b"])
        #expect(queue.expire(now: 29) == [])
        #expect(queue.expire(now: 30) == ["c"])
        #expect(queue.expire(now: .max) == [])
    }

    @Test("fail together when the connection is gone, but for those that have been told")
    func removal() {
        var queue = CommandQueue<String>()
        queue.append(nil, deadline: .max)
        for name in ["answered", "late", "waits"] { queue.append(name, deadline: name == "late" ? 1 : 9) }
        _ = queue.expire(now: 1)
        _ = queue.answered()
        _ = queue.answered()
        #expect(queue.removeAll() == ["waits"])
        #expect(queue.isEmpty)
        #expect(Self.word(queue.answered()) == "unasked")
    }

    @Test("are as many as allowed, late ones counted, and one place is free after each reply")
    func limit() {
        var queue = CommandQueue<Int>()
        let most = CommandQueue<Int>.maximumCount
        for number in 0..<most { queue.append(number, deadline: 1) }
        #expect(!queue.hasRoom(for: 1))
        #expect(queue.expire(now: 1).count == most)
        #expect(!queue.hasRoom(for: 1))
        _ = queue.answered()
        #expect(queue.hasRoom(for: 1) && !queue.hasRoom(for: 2))
    }

    @Test("keep their order over many times the limit")
    func wrap() {
        var queue = CommandQueue<Int>()
        var answered: [Int] = []
        for number in 0..<5000 {
            queue.append(number, deadline: .max)
            guard queue.count > 700 else { continue }
            if case .waiter(let next) = queue.answered() { answered.append(next) }
        }
        answered += queue.removeAll()
        #expect(answered == Array(0..<5000))
    }
}
