import CSystem
import Glibc

/// Work that other threads post to a loop, and the eventfd that wakes it.
///
/// `@unchecked Sendable`: `letters` and `isOpen` are behind the lock, `descriptor` never changes, `reader` is touched by the
/// loop's thread alone.
final class Mailbox: @unchecked Sendable {
    private let lock = Lock()
    private var letters: [@Sendable () -> Void] = []
    /// Whether a loop will read what is posted.
    private var isOpen = true
    private let descriptor: Int32
    private var reader: MailboxReader?

    init() {
        self.descriptor = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        precondition(self.descriptor >= 0, "no descriptor is left for a loop's mailbox")
    }

    deinit { close(self.descriptor) }

    func attach(to loop: EventLoop) {
        self.reader = MailboxReader(mailbox: self, descriptor: self.descriptor, loop: loop)
    }

    func detach() {
        self.reader?.stopWatching()
        self.reader = nil
        // Released outside of the lock: what a letter holds may post when it goes.
        let unread = self.lock.locked {
            self.isOpen = false
            return self.takeLetters()
        }
        withExtendedLifetime(unread) {}
    }

    func post(_ work: @escaping @Sendable () -> Void) {
        let isFirst = self.lock.locked {
            guard self.isOpen else { return false }
            self.letters.append(work)
            return self.letters.count == 1
        }
        if isFirst { eventfd_write(self.descriptor, 1) }
    }

    fileprivate func deliver() {
        var count: eventfd_t = 0
        eventfd_read(self.descriptor, &count)
        // What these post comes after them, with an event of its own.
        for letter in self.lock.locked({ self.takeLetters() }) { letter() }
    }

    private func takeLetters() -> [@Sendable () -> Void] {
        defer { self.letters = [] }
        return self.letters
    }
}

private final class MailboxReader: Readiness {
    private unowned let mailbox: Mailbox

    init(mailbox: Mailbox, descriptor: Int32, loop: EventLoop) {
        self.mailbox = mailbox
        super.init(descriptor: descriptor, loop: loop)
        self.register(.read)
    }

    override func ready(_ events: ReadyEvents) {
        self.mailbox.deliver()
    }
}

/// Posts work to a loop from any thread.
public struct LoopRemote: Sendable {
    let mailbox: Mailbox

    /// `work` runs on the loop, in the order of posting. It is dropped when the loop has ended.
    public func post(_ work: @escaping @Sendable () -> Void) {
        self.mailbox.post(work)
    }
}
