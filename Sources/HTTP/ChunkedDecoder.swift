import Bytes

/// Reads the chunked coding (RFC 9112 7.1) in pieces of any size.
///
/// There are two ways to use it, not to be mixed in one message. `next` hands out the data alone. `relay` hands out
/// what can be sent on as it is in another chunked message, usually the whole input at once: only chunk extensions are
/// cut out, and trailers are handed out apart so that the caller may drop them.
///
/// It is strict where readers are known to disagree: sizes are hexadecimal digits and nothing else, and each line ends
/// in CRLF.
public struct ChunkedDecoder: Sendable {
    /// A chunk's size has at most so many digits, leading zeros included.
    public static let maximumSizeDigits = 16

    /// All chunk extensions of a message together. RFC 9112 7.1.1 asks for such a limit.
    public static let maximumExtensionBytes = 4096

    /// How much data has been handed out.
    public private(set) var dataByteCount: UInt64 = 0

    private var state = State.sizeStart
    private var remaining: UInt64 = 0
    private var digits = 0
    private var extensionBytes = 0
    private var trailer: TrailerGrammar

    /// Trailers obey the limits for header fields.
    public init(limits: HeadLimits) {
        self.trailer = TrailerGrammar(limits: limits)
    }

    public var isAtEnd: Bool { self.state == .end }

    /// The next run of data, or what else there is. `position` moves behind all that was read.
    public mutating func next(_ bytes: Span<UInt8>, at position: inout Int) -> ChunkEvent {
        while true {
            let start = position
            switch self.step(bytes, &position) {
            case .data: return .bytes(start..<position)
            case .trailer: return .trailer(start..<position)
            case .framing, .dropped: continue
            case .end: return .end
            case .needsMore: return .needsMore
            case .failed(let reason): return .failed(reason)
            }
        }
    }

    /// The next run of bytes that may be sent on, or what else there is. `position` moves behind all that was read.
    public mutating func relay(_ bytes: Span<UInt8>, at position: inout Int) -> ChunkEvent {
        var runStart = position
        while true {
            let start = position
            // What comes before the trailers is handed out before them.
            if self.isBeforeTrailer(bytes, position) && start > runStart { return .bytes(runStart..<start) }
            switch self.step(bytes, &position) {
            case .data, .framing:
                continue
            case .dropped:
                // A run before the extension is handed out now; the extension itself is forgotten.
                if start > runStart { return .bytes(runStart..<start) }
                runStart = position
            case .trailer:
                return .trailer(start..<position)
            case .end:
                return start > runStart ? .bytes(runStart..<start) : .end
            case .needsMore:
                return start > runStart ? .bytes(runStart..<start) : .needsMore
            case .failed(let reason):
                return .failed(reason)
            }
        }
    }
}

// MARK: - The grammar

extension ChunkedDecoder {
    private func isBeforeTrailer(_ bytes: Span<UInt8>, _ position: Int) -> Bool {
        self.state == .trailerStart && position < bytes.count && bytes[position] != .cr
    }

    /// The next byte's part in the coding.
    private enum State: UInt8 {
        case sizeStart, size, chunkExtension, sizeCR, sizeLF, data, dataCR, dataLF, trailerStart, trailer, endLF, end
    }

    /// What the bytes are that a step went over.
    private enum Step {
        case data, framing, dropped, trailer, end, needsMore
        case failed(HTTPParseError)
    }

    private mutating func step(_ bytes: Span<UInt8>, _ position: inout Int) -> Step {
        guard self.state != .end else { return .end }
        guard position < bytes.count else { return .needsMore }
        switch self.state {
        case .sizeStart, .size: return self.readSize(bytes, &position)
        case .chunkExtension: return self.skipExtension(bytes, &position)
        case .sizeCR: return self.expect(.cr, or: .badChunkSize, then: .sizeLF, bytes, &position)
        case .sizeLF:
            let next = self.remaining > 0 ? State.data : .trailerStart
            return self.expect(.lf, or: .bareCR, then: next, bytes, &position)
        case .data: return self.readData(bytes, &position)
        case .dataCR: return self.expect(.cr, or: .badChunkEnd, then: .dataLF, bytes, &position)
        case .dataLF: return self.expect(.lf, or: .badChunkEnd, then: .sizeStart, bytes, &position)
        case .trailerStart, .trailer: return self.readTrailer(bytes, &position)
        case .endLF: return self.expect(.lf, or: .bareCR, then: .end, bytes, &position)
        case .end: return .end
        }
    }

    private mutating func expect(
        _ byte: UInt8,
        or reason: HTTPParseError,
        then next: State,
        _ bytes: Span<UInt8>,
        _ position: inout Int
    ) -> Step {
        guard bytes[position] == byte else { return .failed(reason) }
        self.state = next
        position += 1
        return .framing
    }

    /// `chunk-size = 1*HEXDIG`, ended by CR or `;` and nothing else.
    private mutating func readSize(_ bytes: Span<UInt8>, _ position: inout Int) -> Step {
        if self.state == .sizeStart {
            self.remaining = 0
            self.digits = 0
        }
        while position < bytes.count, let digit = bytes[position].hexadecimalValue {
            self.digits += 1
            guard self.digits <= Self.maximumSizeDigits && self.remaining >> 59 == 0 else {
                return .failed(.chunkSizeTooLarge)
            }
            self.remaining = self.remaining << 4 | UInt64(digit)
            self.state = .size
            position += 1
        }
        guard position < bytes.count else { return .framing }
        guard self.digits > 0 else { return .failed(.badChunkSize) }
        switch bytes[position] {
        case .cr:
            self.state = .sizeCR
        case UInt8(ascii: ";"):
            self.state = .chunkExtension
        default:
            return .failed(.badChunkSize)
        }
        return .framing
    }

    /// RFC 9112 7.1.1: an extension that is not understood is ignored. None is.
    private mutating func skipExtension(_ bytes: Span<UInt8>, _ position: inout Int) -> Step {
        while position < bytes.count {
            let byte = bytes[position]
            if byte == .cr {
                self.state = .sizeCR
                return .dropped
            }
            guard !byte.isForbiddenInValue else { return .failed(byte == .lf ? .bareLF : .controlByte) }
            guard self.extensionBytes < Self.maximumExtensionBytes else { return .failed(.chunkExtensionsTooLong) }
            self.extensionBytes += 1
            position += 1
        }
        return .dropped
    }

    private mutating func readData(_ bytes: Span<UInt8>, _ position: inout Int) -> Step {
        let count = Swift.min(self.remaining, UInt64(bytes.count - position))
        self.remaining -= count
        self.dataByteCount &+= count
        position += Int(count)
        if self.remaining == 0 { self.state = .dataCR }
        return .data
    }

    private mutating func readTrailer(_ bytes: Span<UInt8>, _ position: inout Int) -> Step {
        if self.state == .trailerStart && bytes[position] == .cr {
            self.state = .endLF
            position += 1
            return .framing
        }
        do {
            self.state = try self.trailer.readLine(bytes, &position) ? .trailerStart : .trailer
            return .trailer
        } catch {
            return .failed(error)
        }
    }
}
