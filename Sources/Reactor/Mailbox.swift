import CSystem
import Glibc
import Synchronization

/// Work that other threads post to a loop, and the eventfd that wakes it.
///
/// `@unchecked Sendable`: `letters` is behind the mutex, `descriptor` never changes, `reader` is touched by the loop's thread alone.
final class Mailbox: @unchecked Sendable {
    private let letters = Mutex<[@Sendable () -> Void]>([])
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
    }

    func post(_ work: @escaping @Sendable () -> Void) {
        let wasEmpty = self.letters.withLock { letters in
            letters.append(work)
            return letters.count == 1
        }
        if wasEmpty { eventfd_write(self.descriptor, 1) }
    }

    fileprivate func deliver() {
        var count: eventfd_t = 0
        eventfd_read(self.descriptor, &count)
        let work = self.letters.withLock { letters in
            let taken = letters
            letters = []
            return taken
        }
        for letter in work { letter() }
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
