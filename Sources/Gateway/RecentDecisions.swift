import Bytes
import Policy

/// One decision as it is shown: the line of the access log, and why it was made.
public struct RecentDecision: Sendable {
    /// A JSON object, as the access log has it. There is no secret in it.
    public let line: [UInt8]
    /// The fixed sentence of the refusal's code; nil for a request that passed.
    public let reason: String?
    /// When, on the monotonic clock.
    public let nanoseconds: UInt64
}

/// The latest decisions of one worker: every refusal, and now and then a request that passed. Must be used on the
/// worker's loop.
///
/// A request that passes costs one comparison; a refusal one copy into memory that is there already.
final class RecentDecisions {
    /// Of each worker.
    static let capacity = 64
    /// Longer lines, of clients that send very long paths, are not kept.
    static let maximumLineBytes = 4096
    /// At most one passed request in this time is kept.
    static let sampleNanoseconds: UInt64 = 1_000_000_000

    private final class Place {
        var line = ByteBuffer()
        var code: RefusalCode?
        var nanoseconds: UInt64 = 0
    }

    private var places: [Place] = []
    private var next = 0
    private var nextSample: UInt64 = 0

    @inline(__always)
    func consider(_ line: Span<UInt8>, _ code: RefusalCode?, at now: UInt64) {
        if code == nil && now < self.nextSample { return }
        self.keep(line, code, now)
    }

    private func keep(_ line: Span<UInt8>, _ code: RefusalCode?, _ now: UInt64) {
        if code == nil { self.nextSample = now + Self.sampleNanoseconds }
        guard line.count <= Self.maximumLineBytes else { return }
        if self.places.count < Self.capacity { self.places.append(Place()) }
        let place = self.places[self.next]
        self.next = (self.next + 1) % Self.capacity
        place.line.removeAll()
        place.line.append(line)
        place.code = code
        place.nanoseconds = now
    }

    /// A copy, in no order.
    var all: [RecentDecision] {
        self.places.map { place in
            RecentDecision(
                line: place.line.span.array,
                reason: place.code.map { "\($0.detail)" },
                nanoseconds: place.nanoseconds
            )
        }
    }
}
