import Bytes
import HTTP
import Reactor
import Transport

/// How bytes become requests and bodies.
extension ServerConnection {
    func consumeInput(_ bytes: Span<UInt8>) -> Int {
        var position = 0
        while position < bytes.count && !self.isClosed {
            let rest = bytes.extracting(position...)
            let used: Int
            switch self.input {
            case .head: used = self.takesHeads ? self.consumeHead(rest) : 0
            case .body(let remaining): used = self.consumeBody(rest, remaining)
            case .chunkedBody: used = self.consumeChunks(rest)
            case .discard(let remaining): used = self.discard(rest, remaining)
            case .tunnel: used = self.consumeTunnel(rest)
            case .linger: used = rest.count
            case .complete: used = 0
            }
            if used == 0 { break }
            position += used
        }
        return position
    }

    // MARK: - Heads

    private func consumeHead(_ bytes: Span<UInt8>) -> Int {
        self.beginHead()
        switch self.server.scratchHead.parse(bytes, limits: self.server.limits) {
        case .incomplete:
            return 0
        case .failed(let error):
            self.server.refuse(.malformed(error), on: self)
            return bytes.count
        case .complete:
            return self.headComplete(bytes)
        }
    }

    private func beginHead() {
        guard !self.isInHead else { return }
        self.isInHead = true
        self.restartDeadline(self.server.timeouts.header)
        self.headDeadline = self.deadline
    }

    private func headComplete(_ bytes: Span<UInt8>) -> Int {
        let request = self.server.takeRequest(for: self)
        // The request gets the head just read, and its own old one is read into next time: nothing is copied but the bytes.
        swap(&request.head, &self.server.scratchHead)
        let count = request.head.headByteCount
        request.headBytes.removeAll()
        request.headBytes.append(bytes.extracting(..<count))
        request.connection = self
        self.request = request
        self.isInHead = false
        self.hasServedRequest = true
        self.beginAnswer(to: request.head)
        switch request.head.framing {
        case .length(let length) where length > 0: self.input = .body(remaining: length)
        case .chunked:
            self.chunks = ChunkedDecoder(limits: self.server.limits)
            self.input = .chunkedBody
        default: self.input = .complete
        }
        if case .complete = self.input {
            self.deadline = .max
        } else {
            self.restartDeadline(self.server.timeouts.bodyIdle)
        }
        request.headArrived()
        guard self.request === request else { return count }
        if case .complete = self.input {
            request.bodyEnded()
        } else if count == bytes.count {
            request.bodyPaused()
        }
        return count
    }

    // MARK: - Bodies

    private func consumeBody(_ bytes: Span<UInt8>, _ remaining: UInt64) -> Int {
        guard let request = self.request, request.takesBody else { return 0 }
        let count = remaining < UInt64(bytes.count) ? Int(remaining) : bytes.count
        let left = remaining - UInt64(count)
        self.input = left == 0 ? .complete : .body(remaining: left)
        self.deadline = left == 0 ? .max : self.loop.milliseconds + self.server.timeouts.bodyIdle
        request.bodyArrived(bytes.extracting(..<count), content: count)
        self.bodyPieceEnded(request, isLast: left == 0)
        return count
    }

    private func bodyPieceEnded(_ request: ServerRequest, isLast: Bool) {
        guard self.request === request else { return }
        if isLast { request.bodyEnded() } else { request.bodyPaused() }
    }

    private func consumeChunks(_ bytes: Span<UInt8>) -> Int {
        guard let request = self.request, request.takesBody else { return 0 }
        self.restartDeadline(self.server.timeouts.bodyIdle)
        var position = 0
        reading: while self.request === request {
            let before = self.chunks.dataByteCount
            switch self.chunks.relay(bytes, at: &position) {
            case .bytes(let range):
                request.bodyArrived(bytes.extracting(range), content: Int(self.chunks.dataByteCount - before))
            case .trailer:
                // Dropped: no upstream may mistake a trailer for a header.
                continue
            case .needsMore:
                break reading
            case .end:
                if self.request === request {
                    self.input = .complete
                    self.deadline = .max
                    request.bodyEnded()
                }
                return position
            case .failed(let error):
                request.bodyFailed(.malformed(error))
                return bytes.count
            }
        }
        if self.request === request { request.bodyPaused() }
        return position
    }

    private func discard(_ bytes: Span<UInt8>, _ remaining: UInt64) -> Int {
        let count = remaining < UInt64(bytes.count) ? Int(remaining) : bytes.count
        if remaining == UInt64(count) {
            self.waitForNext()
        } else {
            self.input = .discard(remaining: remaining - UInt64(count))
        }
        return count
    }

    private func consumeTunnel(_ bytes: Span<UInt8>) -> Int {
        guard let request = self.request, request.takesBody else { return 0 }
        request.bodyArrived(bytes, content: bytes.count)
        if self.request === request { request.bodyPaused() }
        return bytes.count
    }
}
