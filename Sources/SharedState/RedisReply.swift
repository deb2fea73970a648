import Bytes

/// What Redis answered to one command. Prints as its kind alone: what it holds may be a secret.
enum RedisReply: Sendable, Equatable {
    /// There is no such thing.
    case null
    case integer(Int64)
    case bytes([UInt8])
    /// A short word, such as `OK`.
    case status(String)
    /// Redis refused the command. The text may quote the command, so it belongs in no log: see `errorCode`.
    case error(String)
    case array([RedisReply])
}

extension RedisReply {
    /// The first word of an error, such as `MOVED` or `WRONGTYPE`; nil for what is no error.
    var errorCode: Substring? {
        guard case .error(let text) = self else { return nil }
        return text.prefix { $0 != " " }
    }

    /// `errorCode` for the log: codes are words in capitals, and whatever else a server sends does not get there.
    var printableErrorCode: String? {
        guard let code = self.errorCode else { return nil }
        let isCode = 1...32 ~= code.utf8.count && code.utf8.allSatisfy(\.isUpperCase)
        return isCode ? String(code) : "an unknown code"
    }

    /// Whether the server has carried out nothing because it cannot now: it starts, has lost its master or a part of its
    /// cluster, or is a replica. For the sender that is no other case than a server that is away.
    var isRefusalForNow: Bool {
        switch self.errorCode {
        case "LOADING", "CLUSTERDOWN", "MASTERDOWN", "TRYAGAIN", "READONLY": true
        default: false
        }
    }

    /// The text of bytes or of a status.
    var text: String? {
        switch self {
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .status(let text): text
        case .null, .integer, .error, .array: nil
        }
    }

    var elements: [RedisReply]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// A number, also one that is written as text.
    var number: Int64? {
        if case .integer(let value) = self { value } else { self.text.flatMap { Int64($0) } }
    }
}

extension RedisReply: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String {
        switch self {
        case .null: "null"
        case .integer: "an integer"
        case .bytes(let bytes): "\(bytes.count) bytes"
        case .status: "a status"
        case .error: "an error"
        case .array(let elements): "an array of \(elements.count)"
        }
    }
    var debugDescription: String { self.description }
    var customMirror: Mirror { Mirror(self, children: []) }
}
