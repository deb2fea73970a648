/// What a connection waits for. Each has its own time; see `ServerTimeouts.time(for:)`.
enum ServerWait: Equatable, CaseIterable {
    /// Nothing of the client: it has sent all, or may not send now.
    case nothing
    /// The rest of a head, or the first one of a new connection, TLS included.
    case head
    case body
    /// The rest of a body that nobody wants.
    case discardedBody
    /// The client has to take what was sent.
    case sending
    case nextRequest
    /// The client has to notice that the connection closes.
    case linger
}

/// What becomes of a connection whose time has passed.
enum AfterDeadline: Equatable {
    /// A request that is late is told so: 408.
    case refuse
    /// The same, by the request that is under way.
    case tellRequest
    case close
}

/// What becomes of a connection whose client sends no more.
enum AfterInput: Equatable {
    case close
    case closeWhenSent
    /// One direction of a tunnel has ended, the other goes on.
    case endTunnel
    /// The client has closed its half and waits for the answer.
    case finishAnswer
}

/// What a connection waits for, for how long, and what it reads meanwhile.
extension ServerConnectionState {
    /// `takesBody`: whether the request under way takes more of its body now.
    @inline(__always)
    func wait(hasUnsent: Bool, takesBody: @autoclosure () -> Bool) -> ServerWait {
        // Here nothing of an answer can be unsent, only of TLS, which gives no further time.
        if self.isInHead || !self.hasServedRequest && self.input == .head { return .head }
        if hasUnsent { return .sending }
        switch self.input {
        case .head: return .nextRequest
        // A client that may not send now cannot be late.
        case .body, .chunkedBody: return takesBody() ? .body : .nothing
        case .discard: return .discardedBody
        // Whoever tunnels knows when either side was heard of last.
        case .complete, .tunnel: return .nothing
        case .linger: return .linger
        }
    }

    /// Whether `wait` begins anew, as it does with each piece of a body. Asked once after each event. A client that sends does
    /// not take, and gets no further time for that.
    @inline(__always)
    mutating func takeProgress(in wait: ServerWait) -> Bool {
        defer {
            self.hasProgressed = false
            self.hasTaken = false
        }
        return wait == .sending ? self.hasTaken : self.hasProgressed
    }

    /// Some of what waited for the client was taken.
    mutating func clientTookSome() {
        self.hasTaken = true
    }

    /// Only a request that is late can be told so, and only if nothing else was said.
    func deadlinePassed(hasUnsent: Bool) -> AfterDeadline {
        if hasUnsent { return .close }
        switch self.input {
        case .head: return self.isInHead ? .refuse : .close
        case .body, .chunkedBody: return self.answer == .none ? .tellRequest : .close
        case .complete, .discard, .tunnel, .linger: return .close
        }
    }

    /// Whether bytes are wanted, those that wait here already (`hasPending`) before all others.
    @inline(__always)
    func wantsInput(hasUnsent: Bool, hasPending: Bool, takesBody: @autoclosure () -> Bool) -> Bool {
        switch self.input {
        case .head: self.takesHeads(hasUnsent: hasUnsent)
        case .discard, .linger: true
        case .body, .chunkedBody, .tunnel: takesBody()
        // Pipelined requests wait in the kernel; one piece of them at the most waits here.
        case .complete: !hasPending
        }
    }

    /// A client that sends requests and reads no answers gets no further ones: answers would pile up here.
    @inline(__always)
    func takesHeads(hasUnsent: Bool) -> Bool { !hasUnsent }

    mutating func inputEnded(hasUnsent: Bool) -> AfterInput {
        switch self.input {
        case .head, .linger: return hasUnsent ? .closeWhenSent : .close
        case .discard: return .closeWhenSent
        // The request will never be complete.
        case .body, .chunkedBody: return .close
        case .tunnel: return .endTunnel
        case .complete:
            self.closesAfterAnswer = true
            return .finishAnswer
        }
    }
}

extension ServerTimeouts {
    /// How long a closing connection waits for the client to notice, in milliseconds.
    static let linger: UInt64 = 2_000

    /// In milliseconds; nil: as long as it takes.
    @inline(__always)
    func time(for wait: ServerWait) -> UInt64? {
        switch wait {
        case .nothing: nil
        case .head: self.header
        case .body, .discardedBody: self.bodyIdle
        case .sending: self.writeIdle
        case .nextRequest: self.keepAlive
        case .linger: Self.linger
        }
    }
}
