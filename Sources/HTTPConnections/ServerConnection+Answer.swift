import Bytes
import HTTP
import Reactor
import Transport

/// How far the answer is.
enum AnswerState {
    case none, head, body
}

/// How the end of an answer is told to the client.
public enum AnswerFraming: Equatable, Sendable {
    /// No body: HEAD, 204, 304.
    case none
    /// A Content-Length is among the fields; the caller sends just that many bytes.
    case length
    /// The caller's bytes are chunks already.
    case chunked
    /// The caller's bytes are content that has to be made into chunks, or to end with the connection (HTTP/1.0).
    case unknownLength
    /// 101: what follows is no HTTP.
    case tunnel
}

/// Answers: a head is put together in the loop's scratch buffer, and leaves with the first bytes of the body in one send.
extension ServerConnection {
    func beginAnswer(to head: borrowing RequestHead) {
        self.answer = .none
        self.closesAfterAnswer = !head.keepAlive
    }

    /// Starts an answer. `reason` may be empty.
    public func startHead(status: UInt16, reason: Span<UInt8>) {
        self.context.claimScratch(for: self)
        self.context.scratch.append("HTTP/1.1 ")
        self.context.scratch.append(decimal: UInt64(status))
        self.context.scratch.append(UInt8(ascii: " "))
        self.context.scratch.append(reason)
        self.context.scratch.append("\r\n")
        self.answer = .head
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
        self.answerFraming = framing
        self.decideKeepAlive()
        if framing == .tunnel {
            self.context.scratch.append("\r\n")
            self.input = .tunnel
            // Whoever tunnels knows when either side was heard of last.
            self.deadline = .max
            return
        }
        let isOldClient = self.request?.head.version == .http10
        if framing == .unknownLength || framing == .chunked {
            if isOldClient {
                self.answerFraming = .length
                self.closesAfterAnswer = true
            } else {
                self.context.scratch.append("Transfer-Encoding: chunked\r\n")
            }
        }
        if self.closesAfterAnswer {
            self.context.scratch.append("Connection: close\r\n")
        } else if isOldClient {
            self.context.scratch.append("Connection: keep-alive\r\n")
        }
        self.context.scratch.append("\r\n")
    }

    /// Sends an interim head (RFC 9110 15.2) that was put together like others. Never for HTTP/1.0.
    public func sendInterim() {
        self.context.scratch.append("\r\n")
        self.sendScratch()
        self.answer = .none
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
        if self.answerFraming == .unknownLength { return self.sendAsChunk(bytes) }
        if self.answer == .head {
            self.answer = .body
            self.context.scratch.withSpan { self.send($0, bytes) }
            self.context.releaseScratch(of: self)
        } else {
            self.send(bytes)
        }
        self.watchUnsent()
    }

    public func flushHead() {
        guard self.answer == .head else { return }
        self.answer = .body
        self.sendScratch()
        self.watchUnsent()
    }

    /// The answer is complete. The connection goes on to the next request, or closes.
    public func endAnswer() {
        if self.answerFraming == .unknownLength {
            if self.answer == .head {
                self.context.scratch.append("0\r\n\r\n")
            } else {
                self.send("0\r\n\r\n".utf8.span)
            }
        }
        self.flushHead()
        self.releaseRequest()
        self.finishInput()
    }

    /// The answer cannot be completed: the connection is cut, so that the client notices.
    public func cutAnswer() {
        self.releaseRequest()
        self.close()
    }

    private func sendAsChunk(_ bytes: Span<UInt8>) {
        if self.answer == .body { self.context.claimScratch(for: self) }
        self.answer = .body
        self.context.scratch.append(hexadecimal: UInt64(bytes.count))
        self.context.scratch.append("\r\n")
        self.context.scratch.withSpan { self.send($0, bytes) }
        self.context.releaseScratch(of: self)
        self.send("\r\n".utf8.span)
        self.watchUnsent()
    }

    private func releaseRequest() {
        guard let request = self.request else { return }
        self.request = nil
        request.connection = nil
        self.answer = .none
        request.released()
    }

    // MARK: - What comes after

    // Decided with the head, because the client is told then.
    private func decideKeepAlive() {
        switch self.input {
        case .body(let remaining):
            if remaining > Self.maximumDiscardedBody || self.request?.head.expectsContinue == true {
                self.closesAfterAnswer = true
            }
        case .head, .chunkedBody: self.closesAfterAnswer = true
        case .complete, .discard, .tunnel, .linger: break
        }
        // A drain may have begun since the request came.
        if self.hasEnded || self.isDraining { self.closesAfterAnswer = true }
    }

    private func finishInput() {
        switch self.input {
        case .body(let remaining) where !self.closesAfterAnswer:
            self.input = .discard(remaining: remaining)
            self.restartDeadline(self.server.timeouts.bodyIdle)
            return self.resumeReading()
        case .complete where !self.closesAfterAnswer:
            return self.waitForNext()
        case .complete where self.pending.isEmpty && !self.mayHaveInput, .tunnel:
            return self.closeWhenSent()
        case .head, .body, .chunkedBody, .complete, .discard, .linger:
            self.input = .linger
            self.pending.reset(keeping: 0)
            if self.unsentBytes == 0 { self.beginLinger() }
        }
    }

    // RFC 9112 9.6: closing with unread input would reset the connection and may destroy the answer on its way.
    func beginLinger() {
        if self.hasEnded { return self.close() }
        self.endSending()
        self.restartDeadline(Self.lingerTime)
        self.resumeReading()
    }

    func waitForNext() {
        self.input = .head
        self.isInHead = false
        if self.unsentBytes == 0 { self.becameIdle() }
        // A pipelined request may be at hand already. Inside `consume` the loop there goes on by itself.
        if !self.isProcessing && (!self.pending.isEmpty || self.mayHaveInput) { self.resumeReading() }
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
        self.input = .linger
        self.isInHead = false
        self.pending.reset(keeping: 0)
        self.beginAnswer(to: request.head)
        self.closesAfterAnswer = true
    }
}
