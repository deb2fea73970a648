import Bytes
import Glibc
import Reactor

/// TLS inside a stream: the same receive and send, with ciphertext on the socket's side.
extension Stream {
    /// Puts TLS between the socket and what is received and sent. Before the first byte.
    public final func secure(_ session: TLSSession) {
        self.tls = session
        self.sendCiphertext(of: session)
    }

    public final var isSecure: Bool { self.tls != nil }
    public final var tlsVersion: TLSVersion? { self.tls?.version }

    final func receive(through tls: TLSSession) -> ReceiveResult {
        self.context.input.removeAll()
        // What an earlier receive left in the session makes no event.
        if let rest = self.read(from: tls) { return rest }
        while self.mayHaveInput {
            let room = TransportContext.receiveBytes
            var result = 0
            self.context.ciphertext.removeAll()
            let count = self.context.ciphertext.fill(room: room) { free in
                result = recv(self.descriptor, free.baseAddress, room, 0)
                return max(result, 0)
            }
            guard count > 0 else { return self.ciphertextEnded(tls, self.receivedNothing(result)) }
            self.received(count, of: room)
            if let plain = self.decrypt(with: tls) { return plain }
        }
        return self.hasEnded ? .ended : .wouldBlock
    }

    private final func decrypt(with tls: TLSSession) -> ReceiveResult? {
        var outcome = TLSReadResult.wantsMore
        self.context.ciphertext.withSpan { ciphertext in
            _ = self.context.input.fill(room: TransportContext.receiveBytes) { free in
                outcome = tls.read(ciphertext, into: free)
                return if case .bytes(let count) = outcome { count } else { 0 }
            }
        }
        return self.result(of: outcome, tls)
    }

    private final func read(from tls: TLSSession) -> ReceiveResult? {
        var outcome = TLSReadResult.wantsMore
        _ = self.context.input.fill(room: TransportContext.receiveBytes) { free in
            outcome = tls.read(into: free)
            return if case .bytes(let count) = outcome { count } else { 0 }
        }
        return self.result(of: outcome, tls)
    }

    // Nil: more ciphertext is needed.
    private final func result(of outcome: TLSReadResult, _ tls: TLSSession) -> ReceiveResult? {
        self.sendCiphertext(of: tls)
        if tls.isEstablished && !self.hasToldEstablished {
            self.hasToldEstablished = true
            self.secured()
            if self.isClosed { return .broken }
        }
        switch outcome {
        case .bytes(let count): return .bytes(count)
        case .wantsMore: return nil
        case .closed:
            self.hasEnded = true
            self.mayHaveInput = false
            return .ended
        case .failed(let failure):
            self.tlsFailure = failure
            self.isBroken = true
            self.mayHaveInput = false
            return .broken
        }
    }

    // RFC 8446 6.1: an end without close_notify is a truncation.
    private final func ciphertextEnded(_ tls: TLSSession, _ result: ReceiveResult) -> ReceiveResult {
        guard case .ended = result else { return result }
        tls.endInput()
        return self.read(from: tls) ?? .ended
    }

    /// Whether TLS holds bytes that nobody has received yet.
    public final var hasBufferedInput: Bool { self.tls?.hasInput ?? false }

    // MARK: - Sending

    final func send(_ bytes: Span<UInt8>, through tls: TLSSession) {
        self.context.ciphertext.removeAll()
        let outcome = tls.write(bytes, into: &self.context.ciphertext)
        self.context.ciphertext.withSpan { self.sendRaw($0) }
        switch outcome {
        case .consumed: return
        case .handshaking: preconditionFailure("bytes were sent before the handshake was finished")
        case .failed(let failure):
            self.tlsFailure = failure
            self.isBroken = true
            self.loop.wakeAtEndOfTurn(self)
        }
    }

    // Small pieces share a record.
    final func send(_ head: Span<UInt8>, _ body: Span<UInt8>, through tls: TLSSession) {
        let room = TransportContext.recordBytes - head.count
        guard room > 0 else {
            self.send(head, through: tls)
            return self.send(body, through: tls)
        }
        let count = min(room, body.count)
        self.context.record.removeAll()
        self.context.record.append(head)
        self.context.record.append(body.extracting(..<count))
        self.context.record.withSpan { self.send($0, through: tls) }
        if count < body.count { self.send(body.extracting(count...), through: tls) }
    }

    final func endSending(through tls: TLSSession) {
        guard !self.isBroken && !self.isClosed && !self.cannotSend else { return }
        tls.shutdown()
        self.sendCiphertext(of: tls)
    }

    final func sendCiphertext(of tls: TLSSession) {
        guard tls.hasCiphertext, !self.isClosed else { return }
        self.context.ciphertext.removeAll()
        tls.drainCiphertext(into: &self.context.ciphertext)
        self.context.ciphertext.withSpan { self.sendRaw($0) }
    }
}
