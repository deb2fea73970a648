import Bytes
import HTTP
import Reactor
import Transport

/// How bytes become answers.
extension ClientConnection {
    func consumeInput(_ bytes: Span<UInt8>) -> Int {
        var position = 0
        while position < bytes.count && !self.isClosed {
            let rest = bytes.extracting(position...)
            let used: Int
            switch self.state.phase {
            case .head: used = self.consumeHead(rest)
            case .body: used = self.consumeBody(rest)
            case .chunkedBody: used = self.consumeChunks(rest)
            case .bodyUntilClose, .tunnel: used = self.consumeRest(rest)
            case .idle:
                // More than the answer: not to be trusted with another request.
                self.close()
                return bytes.count
            case .connecting, .securing: used = 0
            }
            if used == 0 { break }
            position += used
        }
        return position
    }

    private func consumeHead(_ bytes: Span<UInt8>) -> Int {
        guard let call = self.call else { return bytes.count }
        guard call.takesBody else { return 0 }
        switch self.client.scratchHead.parse(bytes, answering: call.method, limits: self.client.limits) {
        case .incomplete:
            return 0
        case .failed(let error):
            self.fail(.malformed(error))
            return bytes.count
        case .complete:
            break
        }
        let count = self.client.scratchHead.headByteCount
        if self.client.scratchHead.isInterim {
            guard self.state.interimArrived() else {
                self.fail(.malformed(.badStatus))
                return bytes.count
            }
            call.interimArrived(self.client.scratchHead, bytes)
            return count
        }
        return self.finalHead(call, bytes, count)
    }

    private func finalHead(_ call: ClientCall, _ bytes: Span<UInt8>, _ count: Int) -> Int {
        self.state.headArrived(
            status: self.client.scratchHead.status,
            self.client.scratchHead.framing,
            keepsAlive: self.client.scratchHead.keepAlive
        )
        if self.state.phase == .chunkedBody { self.chunks = ChunkedDecoder(limits: self.client.limits) }
        call.headArrived(self.client.scratchHead, bytes)
        guard self.call === call else { return count }
        if self.state.phase == .head {
            self.endAnswer(hasMoreBytes: count < bytes.count)
        } else if count == bytes.count || !call.takesBody {
            // Nothing of the body is at hand: the head goes on alone.
            call.bodyPaused()
        }
        return count
    }

    private func consumeBody(_ bytes: Span<UInt8>) -> Int {
        guard let call = self.call, call.takesBody else { return 0 }
        let count = Int(min(self.state.remaining, UInt64(bytes.count)))
        self.state.bodyArrived(count)
        call.bodyArrived(bytes.extracting(..<count))
        guard self.call === call else { return count }
        if self.state.remaining == 0 { self.endAnswer(hasMoreBytes: count < bytes.count) } else { call.bodyPaused() }
        return count
    }

    private func consumeChunks(_ bytes: Span<UInt8>) -> Int {
        guard let call = self.call, call.takesBody else { return 0 }
        let relays = call.wantsWire
        var position = 0
        reading: while self.call === call {
            switch relays ? self.chunks.relay(bytes, at: &position) : self.chunks.next(bytes, at: &position) {
            case .bytes(let range): call.bodyArrived(bytes.extracting(range))
            // An answer's trailers are part of it, as long as there are chunks to end with them.
            case .trailer(let range): if relays { call.bodyArrived(bytes.extracting(range)) }
            case .needsMore: break reading
            case .end:
                if self.call === call { self.endAnswer(hasMoreBytes: position < bytes.count) }
                return position
            case .failed(let error):
                self.fail(.malformed(error))
                return bytes.count
            }
        }
        if self.call === call { call.bodyPaused() }
        return position
    }

    private func consumeRest(_ bytes: Span<UInt8>) -> Int {
        guard let call = self.call, call.takesBody else { return 0 }
        call.bodyArrived(bytes)
        if self.call === call { call.bodyPaused() }
        return bytes.count
    }

    /// The answer is complete. The call leaves, and the connection waits for another one or closes.
    func endAnswer(hasMoreBytes: Bool = false) {
        guard let call = self.call else { return }
        let isReusable = self.state.answerEnded(
            isQuiet: !hasMoreBytes && !self.mayHaveInput && !self.hasBufferedInput && !self.hasEnded && !self.cannotSend
                && self.unsentBytes == 0
        )
        self.call = nil
        call.connection = nil
        if isReusable {
            self.idleSince = self.loop.milliseconds
            self.owner.becameIdle(self)
        } else {
            self.close()
        }
        call.answerEnded()
    }
}
