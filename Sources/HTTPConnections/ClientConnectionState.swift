import HTTP

/// Where a client's connection stands, without its socket: what the next bytes are, and what follows from each event.
/// `ClientConnection` tells it what happened and does what it says.
struct ClientConnectionState: Equatable {
    /// Interim heads (RFC 9110 15.2) before one answer. A few are usual; a stream of them has no use.
    static let maximumInterims = 32

    enum Phase: Equatable {
        case connecting
        /// TLS shakes hands.
        case securing
        case idle
        case head
        /// `remaining` bytes; none only while the last ones are handed over.
        case body
        case chunkedBody
        case bodyUntilClose
        case tunnel
    }

    /// What becomes of a connection that brings no more.
    enum AfterInput: Equatable {
        case endAnswer
        case close
        case fail(ClientFailure)
    }

    private(set) var phase = Phase.connecting
    /// Bytes to come of an answer whose length was told.
    private(set) var remaining: UInt64 = 0
    /// Whether an earlier call was answered on it.
    private(set) var isReused = false
    /// Whether anything of the answer has come.
    private(set) var hasAnswerBytes = false
    private var answerKeepsAlive = false
    /// Interim heads of the answer under way.
    private var interimCount = 0
    /// Whether the call's request went out as a whole.
    var requestIsComplete = false
}

// MARK: - Life

extension ClientConnectionState {
    mutating func connected(secures: Bool) {
        self.phase = secures ? .securing : .head
    }

    mutating func secured() {
        self.phase = .head
    }

    /// Another call was put on it.
    mutating func reused() {
        self.isReused = true
        self.hasAnswerBytes = false
        self.interimCount = 0
        self.requestIsComplete = false
        self.phase = .head
    }

    var isConnected: Bool { self.phase != .connecting && self.phase != .securing }

    /// Whether bytes are wanted.
    @inline(__always)
    func wantsInput(takesBody: @autoclosure () -> Bool) -> Bool {
        switch self.phase {
        case .connecting: false
        // An idle connection reads to learn of its end; anything else that comes there is out of order.
        case .idle, .securing: true
        case .head, .body, .chunkedBody, .bodyUntilClose, .tunnel: takesBody()
        }
    }

    /// The server sends no more.
    func inputEnded() -> AfterInput {
        switch self.phase {
        case .bodyUntilClose, .tunnel: .endAnswer
        case .idle: .close
        case .connecting, .securing, .head, .body, .chunkedBody: .fail(self.failureOfBreak)
        }
    }

    /// What a connection that broke means for its call.
    var failureOfBreak: ClientFailure {
        switch self.phase {
        case .connecting: .connect
        case .securing: .handshake
        case .idle, .head, .body, .chunkedBody, .bodyUntilClose, .tunnel:
            self.hasAnswerBytes ? .truncated : .endedBeforeAnswer
        }
    }
}

// MARK: - Answers

extension ClientConnectionState {
    mutating func bytesArrived() {
        self.hasAnswerBytes = true
    }

    /// False when there were too many of them.
    mutating func interimArrived() -> Bool {
        self.interimCount += 1
        return self.interimCount <= Self.maximumInterims
    }

    /// The final head. `phase` stays `head` when nothing follows it.
    mutating func headArrived(status: UInt16, _ framing: BodyFraming, keepsAlive: Bool) {
        self.answerKeepsAlive = keepsAlive
        guard status != 101 else {
            self.phase = .tunnel
            return
        }
        switch framing {
        case .none, .length(0): break
        case .length(let length):
            self.phase = .body
            self.remaining = length
        case .chunked: self.phase = .chunkedBody
        case .untilClose: self.phase = .bodyUntilClose
        }
    }

    /// `count` of the `remaining` bytes of a body.
    mutating func bodyArrived(_ count: Int) {
        self.remaining -= UInt64(count)
    }

    /// The answer is complete. `isQuiet`: nothing is left to be sent or read, and both sides stand.
    ///
    /// - Returns: Whether another call may follow. RFC 9112 9.3: both sides have to agree, and a server that has sent more
    ///   than it was asked for, or has gone, gets no other request.
    mutating func answerEnded(isQuiet: Bool) -> Bool {
        defer { self.phase = .idle }
        switch self.phase {
        case .bodyUntilClose, .tunnel: return false
        case .connecting, .securing, .idle, .head, .body, .chunkedBody:
            return self.answerKeepsAlive && self.requestIsComplete && isQuiet
        }
    }
}
