/// A reply that is none to what was asked: mostly an error, as of a user who may not use a command. Prints as the code of the
/// error alone.
struct UnexpectedReply: Error, CustomStringConvertible {
    let code: String?

    init(_ reply: RedisReply) {
        self.code = reply.printableErrorCode
    }

    /// `OOM`: Redis has no memory left that it may use.
    var failure: StateFailure { self.code == "OOM" ? .full : .unavailable }

    var description: String {
        if let code { "Redis refused a command: \(code)" } else { "Redis answered what was not asked" }
    }
}

/// What the replies to the commands of a store mean.
enum RedisAnswer {
    /// Milliseconds for which a cut-off is read again. Their order is the order of time on the server that was the master
    /// then; a new master's clock may be behind by so much.
    static let cutOffOverlap: Int64 = 5_000

    /// Whether a command has done something.
    static func flag(_ reply: RedisReply) throws(UnexpectedReply) -> Bool {
        switch reply {
        case .status("OK"), .integer(1): true
        case .null, .integer(0): false
        case .integer, .bytes, .status, .error, .array: throw UnexpectedReply(reply)
        }
    }

    /// A version, and what was written with it.
    static func value(_ reply: RedisReply) throws(UnexpectedReply) -> StateValue? {
        switch reply {
        case .null: return nil
        case .bytes(let bytes) where bytes.count >= StateVersion.byteCount:
            let version = StateVersion(bytes: Array(bytes.prefix(StateVersion.byteCount)))
            return StateValue(bytes: Array(bytes.dropFirst(StateVersion.byteCount)), version: version)
        case .bytes, .integer, .status, .error, .array: throw UnexpectedReply(reply)
        }
    }

    /// The name of the list, and the server's time; key, moment and remaining milliseconds of each cut-off.
    static func page(_ reply: RedisReply, since position: CutOffPosition) throws(UnexpectedReply) -> CutOffPage {
        guard case .array(let parts) = reply, parts.count % 3 == 2, case .bytes(let list) = parts[0],
            case .integer(let now) = parts[1]
        else { throw UnexpectedReply(reply) }
        var cutOffs: [SharedCutOff] = []
        let begin = list == position.list ? position.number : 0
        var latest = begin
        for index in stride(from: 2, to: parts.count, by: 3) {
            guard case .bytes(let key) = parts[index], case .integer(let moment) = parts[index + 1],
                case .integer(let rest) = parts[index + 2], moment >= 0
            else { throw UnexpectedReply(reply) }
            latest = moment
            if rest > 0 { cutOffs.append(SharedCutOff(position.kind, key: key, lifetime: .milliseconds(rest))) }
        }
        let isLast = parts.count < 2 + 3 * CutOffPage.maximumCount
        let next = isLast ? max(begin, min(latest, max(now, latest) - self.cutOffOverlap)) : latest
        return CutOffPage(
            cutOffs: cutOffs,
            next: CutOffPosition(position.kind, of: list, number: next),
            isLast: isLast
        )
    }
}
