import Bytes
import HTTP
import Reactor
import Transport

/// Answers: a head is put together in the loop's scratch buffer, and leaves with the first bytes of the body in one send.
extension ServerConnection {
    /// Set before `endHead`, which tells the client.
    public var closesAfterAnswer: Bool {
        get { self.state.closesAfterAnswer }
        set { self.state.closesAfterAnswer = newValue }
    }

    /// Starts an answer. `reason` may be empty.
    public func startHead(status: UInt16, reason: Span<UInt8>) {
        self.context.claimScratch(for: self)
        self.context.scratch.append("HTTP/1.1 ")
        self.context.scratch.append(decimal: UInt64(status))
        self.context.scratch.append(UInt8(ascii: " "))
        self.context.scratch.append(reason)
        self.context.scratch.append("\r\n")
        self.state.answerBegan()
    }

    /// Adds whole field lines.
    public func addLines(_ lines: Span<UInt8>) {
        self.context.scratch.append(lines)
    }

    public func addLines(_ lines: [UInt8]) {
        self.context.scratch.append(lines)
    }

    public func addLine(_ name: StaticString, _ value: Span<UInt8>) {
        self.context.scratch.append(name)
        self.context.scratch.append(": ")
        self.context.scratch.append(value)
        self.context.scratch.append("\r\n")
    }

    /// Ends the head. It is sent by the next `sendBody`, `flushHead` or `endAnswer`, which must come in the same callback.
    public func endHead(_ framing: AnswerFraming) {
        let ending = self.state.answerHeadEnded(
            framing,
            isOldClient: self.request?.head.version == .http10,
            expectsContinue: self.request?.head.expectsContinue ?? false,
            // A drain may have begun since the request came.
            isLast: self.hasEnded || self.isDraining
        )
        if ending.isChunked { self.context.scratch.append("Transfer-Encoding: chunked\r\n") }
        switch ending.connection {
        case .unsaid: break
        case .close: self.context.scratch.append("Connection: close\r\n")
        case .keepAlive: self.context.scratch.append("Connection: keep-alive\r\n")
        }
        self.context.scratch.append("\r\n")
    }

    /// Sends an interim head (RFC 9110 15.2) that was put together like others. Never for HTTP/1.0.
    public func sendInterim() {
        self.context.scratch.append("\r\n")
        self.sendScratch()
        self.state.interimSent()
    }

    private func sendScratch() {
        self.context.scratch.withSpan { self.send($0) }
        self.context.releaseScratch(of: self)
    }

    /// Asks for the body of a request that waits to be asked. RFC 9110 10.1.1.
    public func sendContinue() {
        guard self.request?.head.version != .http10 else { return }
        self.startHead(status: 100, reason: "Continue".utf8.span)
        self.sendInterim()
    }

    public func sendBody(_ bytes: Span<UInt8>) {
        guard bytes.count > 0 else { return }
        if self.state.framing == .unknownLength { return self.sendAsChunk(bytes) }
        if self.state.answer == .head {
            self.state.headSent()
            self.context.scratch.withSpan { self.send($0, bytes) }
            self.context.releaseScratch(of: self)
        } else {
            self.send(bytes)
        }
        self.watchUnsent()
    }

    public func flushHead() {
        guard self.state.answer == .head else { return }
        self.state.headSent()
        self.sendScratch()
        self.watchUnsent()
    }

    /// The answer is complete. The connection goes on to the next request, or closes.
    public func endAnswer() {
        if self.state.framing == .unknownLength {
            if self.state.answer == .head {
                self.context.scratch.append("0\r\n\r\n")
            } else {
                self.send("0\r\n\r\n".utf8.span)
            }
        }
        self.flushHead()
        self.releaseRequest()
        self.goOn()
        if !self.isClosed { self.updateDeadline() }
    }

    /// The answer cannot be completed: the connection is cut, so that the client notices.
    public func cutAnswer() {
        self.releaseRequest()
        self.close()
    }

    private func sendAsChunk(_ bytes: Span<UInt8>) {
        if self.state.answer == .body { self.context.claimScratch(for: self) }
        self.state.headSent()
        self.context.scratch.append(hexadecimal: UInt64(bytes.count))
        self.context.scratch.append("\r\n")
        self.context.scratch.withSpan { self.send($0, bytes) }
        self.context.releaseScratch(of: self)
        self.send("\r\n".utf8.span)
        self.watchUnsent()
    }

    // Whoever called in from outside of `readable` may have left bytes for a client that does not read.
    private func watchUnsent() {
        if self.hasUnsent { self.updateDeadline() }
    }

    private func releaseRequest() {
        guard let request = self.request else { return }
        self.request = nil
        request.connection = nil
        request.released()
    }

    // MARK: - What comes after

    private func goOn() {
        let hasMoreInput = !self.pending.isEmpty || self.mayHaveInput
        switch self.state.answerEnded(hasMoreInput: hasMoreInput) {
        case .awaitRequest:
            // A pipelined request may be at hand already. Inside `consume` the loop there goes on by itself.
            if !self.isProcessing && hasMoreInput { self.resumeReading() }
        case .discard: self.resumeReading()
        case .closeWhenSent: self.closeWhenSent()
        case .linger:
            self.pending.reset(keeping: 0)
            if !self.hasUnsent { self.beginLinger() }
        }
    }

    /// All of the last answer was sent.
    func beginLinger() {
        if self.hasEnded { return self.close() }
        self.endSending()
        self.updateDeadline()
        self.resumeReading()
    }
}

extension ServerConnection {
    public func addLine(_ name: StaticString, decimal value: UInt64) {
        self.context.scratch.append(name)
        self.context.scratch.append(": ")
        self.context.scratch.append(decimal: value)
        self.context.scratch.append("\r\n")
    }

    /// Puts a request on the connection that was never read, to answer what arrived instead of one. It closes afterwards.
    public func adopt(_ request: ServerRequest) {
        request.head = RequestHead()
        request.headBytes.removeAll()
        request.connection = self
        self.request = request
        self.pending.reset(keeping: 0)
        self.state.refused()
    }
}
