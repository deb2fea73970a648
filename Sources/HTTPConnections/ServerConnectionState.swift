import HTTP

/// Where a server's connection stands, without its socket: what the next bytes are, how far the answer is, and what
/// follows from each event. `ServerConnection` tells it what happened and does what it says.
struct ServerConnectionState: Equatable {
    /// A body that nobody wants is read and dropped up to this size, so that the connection can be used again.
    static let maximumDiscardedBody: UInt64 = 64 * 1024

    /// What the next bytes are.
    enum Input: Equatable {
        /// A request's head, or the rest of one.
        case head
        /// `remaining` bytes of a body, never none.
        case body
        case chunkedBody
        /// The request is complete; the next one waits for the answer's end.
        case complete
        /// `remaining` bytes of a body that nobody wants, but the connection is wanted.
        case discard
        /// After an upgrade: bytes.
        case tunnel
        /// The connection is closing: all input is dropped until the client closes too.
        case linger
    }

    /// How far the answer is.
    enum Answer: Equatable { case none, head, body }

    private(set) var input = Input.head
    /// Bytes to come of a body whose length was told.
    private(set) var remaining: UInt64 = 0
    private(set) var answer = Answer.none
    private(set) var framing = AnswerFraming.none
    /// A head has begun, which has its own deadline.
    private(set) var isInHead = false
    private(set) var hasServedRequest = false
    /// Set before the answer's head ends, which tells the client.
    var closesAfterAnswer = false
    /// Something has come that lets a wait for input begin anew; see `takeProgress`.
    var hasProgressed = true
    /// The client has taken something, which lets the wait for that begin anew.
    var hasTaken = false
}

// MARK: - Requests

extension ServerConnectionState {
    /// Some of a head is at hand. It has to be complete in time from its first byte on.
    mutating func headBegan() {
        guard !self.isInHead else { return }
        self.isInHead = true
        self.hasProgressed = true
    }

    mutating func requestArrived(_ framing: BodyFraming, keepsAlive: Bool) {
        self.isInHead = false
        self.hasServedRequest = true
        self.hasProgressed = true
        self.answer = .none
        self.closesAfterAnswer = !keepsAlive
        switch framing {
        case .length(let length) where length > 0:
            self.input = .body
            self.remaining = length
        case .chunked: self.input = .chunkedBody
        case .none, .length, .untilClose: self.input = .complete
        }
    }

    /// What arrived is no request, or will not be one: it is only answered, and the connection closes.
    mutating func refused() {
        self.isInHead = false
        self.input = .linger
        self.answer = .none
        self.closesAfterAnswer = true
    }

    /// `count` of the `remaining` bytes of a body.
    mutating func bodyArrived(_ count: Int) {
        self.remaining -= UInt64(count)
        if self.remaining == 0 { self.input = .complete }
        self.hasProgressed = true
    }

    mutating func chunksArrived() {
        self.hasProgressed = true
    }

    mutating func chunksEnded() {
        self.input = .complete
    }

    /// `count` of the `remaining` bytes that nobody wants. They give no further time: dropping them is a courtesy.
    mutating func discarded(_ count: Int) {
        self.remaining -= UInt64(count)
        if self.remaining == 0 { self.input = .head }
    }
}

// MARK: - Answers

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

/// The last fields of an answer's head: where the answer ends, and what becomes of the connection then.
struct HeadEnding: Equatable {
    enum Connection: Equatable { case unsaid, close, keepAlive }
    var isChunked = false
    var connection = Connection.unsaid
}

/// What becomes of a connection after an answer.
enum AfterAnswer: Equatable {
    case awaitRequest
    case discard
    case closeWhenSent
    /// RFC 9112 9.6: closing with unread input would reset the connection and may destroy the answer on its way.
    case linger
}

extension ServerConnectionState {
    mutating func answerBegan() {
        self.answer = .head
    }

    /// An interim answer (RFC 9110 15.2) was sent: the final one is still to come.
    mutating func interimSent() {
        self.answer = .none
    }

    mutating func headSent() {
        self.answer = .body
    }

    /// Decides what the client is told. `isLast`: no request will be taken after this one, whatever it says.
    mutating func answerHeadEnded(
        _ framing: AnswerFraming,
        isOldClient: Bool,
        expectsContinue: Bool,
        isLast: Bool
    ) -> HeadEnding {
        self.framing = framing
        if framing == .tunnel {
            self.input = .tunnel
            return HeadEnding()
        }
        var ending = HeadEnding()
        if isLast || self.leavesBody(expectsContinue) { self.closesAfterAnswer = true }
        if framing == .unknownLength || framing == .chunked {
            if isOldClient {
                self.framing = .length
                self.closesAfterAnswer = true
            } else {
                ending.isChunked = true
            }
        }
        if self.closesAfterAnswer {
            ending.connection = .close
        } else if isOldClient {
            ending.connection = .keepAlive
        }
        return ending
    }

    // Too much is left to be dropped, or nobody knows whether it will come.
    private func leavesBody(_ expectsContinue: Bool) -> Bool {
        switch self.input {
        case .body: self.remaining > Self.maximumDiscardedBody || expectsContinue
        case .head, .chunkedBody: true
        case .complete, .discard, .tunnel, .linger: false
        }
    }

    /// The answer is complete. `hasMoreInput`: bytes behind the request are at hand, or may be.
    mutating func answerEnded(hasMoreInput: Bool) -> AfterAnswer {
        self.answer = .none
        self.hasProgressed = true
        switch self.input {
        case .body where !self.closesAfterAnswer:
            self.input = .discard
            return .discard
        case .complete where !self.closesAfterAnswer:
            self.input = .head
            return .awaitRequest
        case .complete where !hasMoreInput, .tunnel:
            return .closeWhenSent
        case .head, .body, .chunkedBody, .complete, .discard, .linger:
            self.input = .linger
            return .linger
        }
    }
}
