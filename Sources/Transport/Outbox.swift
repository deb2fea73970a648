import Bytes
import Glibc
import Reactor

/// Small pieces on their way out of one loop's streams: they leave together at the end of the turn.
///
/// A send to a peer that sleeps wakes it, and on the same machine the sender pays for that, more than for all else that it
/// does in the kernel. A peer of many connections is woken once a turn this way, and not once an answer. Alone in its turn a
/// piece leaves as soon as the callback that sent it has returned.
final class Outbox {
    /// Bytes of the longest piece that waits here; a longer one leaves at once, and is not copied.
    static let maximumPiece = 4 * 1024
    /// Bytes that wait here at the most.
    static let byteCount = 32 * 1024

    /// What one stream has here, in one piece.
    private struct Letter {
        let stream: Stream
        let start: Int
        var end: Int
    }

    private var bytes = ByteBuffer(capacity: Outbox.byteCount)
    private var letters: [Letter] = []

    /// `piece` is no longer than `maximumPiece`, and all that the stream has sent before was taken by the kernel or is here.
    func add(_ piece: Span<UInt8>, of stream: Stream) {
        if self.bytes.count + piece.count > Self.byteCount { self.deliver() }
        let last = self.letters.count - 1
        if stream.letter == last && last >= 0 {
            self.letters[last].end += piece.count
        } else {
            guard self.deliver(of: stream) else { return stream.keep(piece) }
            stream.letter = self.letters.count
            self.letters.append(Letter(stream: stream, start: self.bytes.count, end: self.bytes.count + piece.count))
        }
        self.bytes.append(piece)
    }

    /// Sends what the stream has here. False: the kernel did not take all.
    @discardableResult
    func deliver(of stream: Stream) -> Bool {
        guard stream.letter >= 0 else { return stream.unsentBytes == 0 }
        self.send(self.letters[stream.letter])
        return stream.unsentBytes == 0
    }

    /// Sends all. To be called at the end of each turn.
    func deliver() {
        guard !self.letters.isEmpty else { return }
        for index in self.letters.indices where self.letters[index].stream.letter == index {
            self.send(self.letters[index])
        }
        self.letters.removeAll(keepingCapacity: true)
        self.bytes.removeAll()
    }

    private func send(_ letter: Letter) {
        letter.stream.letter = -1
        self.bytes.withSpan { letter.stream.deliver($0.extracting(letter.start..<letter.end)) }
        guard letter.stream.unsentBytes > 0 else { return }
        // Whoever sent it has gone on as if all had left, and is told from the loop.
        letter.stream.isHeldBackUntold = true
        letter.stream.resumeReading()
    }
}
