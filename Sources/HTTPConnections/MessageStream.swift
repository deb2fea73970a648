import Bytes
import Reactor
public import Transport

/// A stream whose bytes are messages: what could not be used yet is kept until more comes, or until it is wanted.
open class MessageStream: Stream {
    /// A partial head, or a body that waits.
    final var pending = ByteBuffer()
    private final var isConsuming = false

    /// Uses as much of `bytes` as it can, and says how much that was. Closing the stream forgets the rest.
    func consume(_ bytes: Span<UInt8>) -> Int { bytes.count }

    /// Whether `consume` is under way further up: what it leaves over, it goes on with by itself.
    final var isProcessing: Bool { self.isConsuming }

    /// Takes what `receive` has just brought.
    final func process() {
        guard self.pending.isEmpty else {
            self.context.input.withSpan { self.pending.append($0) }
            return self.processPending()
        }
        self.isConsuming = true
        let used = self.context.input.withSpan { self.consume($0) }
        self.isConsuming = false
        guard !self.isClosed && used < self.context.input.count else { return }
        self.context.input.withSpan { self.pending.append($0.extracting(used...)) }
    }

    final func processPending() {
        guard !self.isConsuming else { return }
        self.isConsuming = true
        // Taken out for the time being: while its bytes are looked at nothing may be appended to it.
        var bytes = ByteBuffer()
        swap(&bytes, &self.pending)
        let used = bytes.withSpan { self.consume($0) }
        bytes.removeFirst(used)
        if bytes.isEmpty { bytes.reset(keeping: 0) }
        swap(&bytes, &self.pending)
        self.isConsuming = false
    }
}
