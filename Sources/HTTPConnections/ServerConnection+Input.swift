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
            switch self.state.input {
            case .head: used = self.state.takesHeads(hasUnsent: self.hasUnsent) ? self.consumeHead(rest) : 0
            case .body: used = self.consumeBody(rest)
            case .chunkedBody: used = self.consumeChunks(rest)
            case .discard: used = self.discard(rest)
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
        self.state.headBegan()
        switch self.server.scratchHead.parse(bytes, limits: self.server.limits) {
        case .incomplete:
            return 0
        case .failed(let error):
            self.server.refuse(error, askedFor: bytes.bytes(self.server.scratchHead.path), on: self)
            return bytes.count
        case .complete:
            return self.headComplete(bytes)
        }
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
        self.state.requestArrived(request.head.framing, keepsAlive: request.head.keepAlive)
        if self.state.input == .chunkedBody { self.chunks = ChunkedDecoder(limits: self.server.limits) }
        request.headArrived()
        guard self.request === request else { return count }
        if self.state.input == .complete {
            request.bodyEnded()
        } else if count == bytes.count {
            request.bodyPaused()
        }
        return count
    }

    // MARK: - Bodies

    private func consumeBody(_ bytes: Span<UInt8>) -> Int {
        guard let request = self.request, request.takesBody else { return 0 }
        let count = Int(min(self.state.remaining, UInt64(bytes.count)))
        self.state.bodyArrived(count)
        let isLast = self.state.input == .complete
        request.bodyArrived(bytes.extracting(..<count), content: count)
        self.bodyPieceEnded(request, isLast: isLast)
        return count
    }

    private func bodyPieceEnded(_ request: ServerRequest, isLast: Bool) {
        guard self.request === request else { return }
        if isLast { request.bodyEnded() } else { request.bodyPaused() }
    }

    private func consumeChunks(_ bytes: Span<UInt8>) -> Int {
        guard let request = self.request, request.takesBody else { return 0 }
        self.state.chunksArrived()
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
                    self.state.chunksEnded()
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

    private func discard(_ bytes: Span<UInt8>) -> Int {
        let count = Int(min(self.state.remaining, UInt64(bytes.count)))
        self.state.discarded(count)
        return count
    }

    private func consumeTunnel(_ bytes: Span<UInt8>) -> Int {
        guard let request = self.request, request.takesBody else { return 0 }
        request.bodyArrived(bytes, content: bytes.count)
        if self.request === request { request.bodyPaused() }
        return bytes.count
    }
}
