import Glibc
import Testing

@testable import Reactor

/// What letters write into.
///
/// `@unchecked Sendable`: touched on the loop's thread alone, which is the test's.
private final class Ledger: @unchecked Sendable {
    var entries: [Int] = []
}

/// A thread that posts `count` numbers in their order.
///
/// `@unchecked Sendable`: constant once it has started.
private final class Sender: @unchecked Sendable {
    let numbers: Range<Int>
    private let remote: LoopRemote
    private let ledger: Ledger
    private var thread = pthread_t()

    init(_ numbers: Range<Int>, to remote: LoopRemote, _ ledger: Ledger) {
        self.numbers = numbers
        self.remote = remote
        self.ledger = ledger
    }

    func start() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        let result = pthread_create(
            &self.thread,
            nil,
            { context in
                Unmanaged<Sender>.fromOpaque(context!).takeUnretainedValue().post()
                return nil
            },
            context
        )
        precondition(result == 0, "no thread for a test")
    }

    func join() { pthread_join(self.thread, nil) }

    private func post() {
        let ledger = self.ledger
        for number in self.numbers { self.remote.post { ledger.entries.append(number) } }
    }
}

@Suite("A mailbox")
struct MailboxTests {
    @Test("delivers in the order of posting, all in one turn")
    func order() {
        let loop = EventLoop()
        let ledger = Ledger()
        for number in 0..<1000 { loop.remote.post { ledger.entries.append(number) } }
        #expect(ledger.entries.isEmpty)
        loop.runOnce()
        #expect(ledger.entries == Array(0..<1000))
    }

    @Test("delivers what a letter posts after the letters that came before, and never from inside")
    func nested() {
        let loop = EventLoop()
        let (remote, ledger) = (loop.remote, Ledger())
        remote.post {
            remote.post { ledger.entries.append(3) }
            ledger.entries.append(1)
        }
        remote.post { ledger.entries.append(2) }
        loop.runOnce()
        #expect(ledger.entries == [1, 2, 3])
    }

    @Test("takes letters from many threads, and wakes its loop for them")
    func threads() {
        let each = 2_000
        let loop = EventLoop()
        let ledger = Ledger()
        let senders = (0..<4).map { Sender($0 * each..<($0 + 1) * each, to: loop.remote, ledger) }
        let watch = LoopTimer(on: loop, after: .milliseconds(1), repeats: true) {
            if ledger.entries.count == 4 * each { loop.stop() }
        }
        for sender in senders { sender.start() }
        withExtendedLifetime(watch) { TimerTests.run(loop) }
        for sender in senders {
            sender.join()
            #expect(ledger.entries.filter { sender.numbers.contains($0) } == Array(sender.numbers))
        }
    }

    @Test("lets go of what nobody has read, and of what comes too late")
    func ended() {
        let ledger = Ledger()
        var loop: EventLoop? = EventLoop()
        let remote = loop!.remote
        weak var unread: Ledger?
        weak var late: Ledger?
        do {
            let letter = Ledger()
            unread = letter
            remote.post { ledger.entries.append(letter.entries.count) }
        }
        #expect(unread != nil)
        loop = nil
        #expect(unread == nil)
        do {
            let letter = Ledger()
            late = letter
            remote.post { ledger.entries.append(letter.entries.count) }
        }
        #expect(late == nil)
        #expect(ledger.entries.isEmpty)
    }
}
