import Bytes
import CHiredis

/// What came is no reply, or one beyond the bounds: nothing that follows on the connection can be understood.
enum ReplyFault: Error, Equatable {
    /// Also arrays in arrays deeper than hiredis reads, which is seven or eight.
    case malformed
    /// More than `ReplyBuilder` allows.
    case tooLarge
}

/// Reads replies from the bytes of one connection, by hiredis' reader.
///
/// Each value is handed over as it is read and kept on our side alone: to hiredis the "object" of every value is this
/// reader itself, which it passes around and never looks into.
final class ReplyReader {
    /// Bytes of a reply that is not complete, with its framing.
    static let maximumPendingBytes = ReplyBuilder.maximumBytes + 64 * 1024

    private let reader: UnsafeMutablePointer<redisReader>
    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
    private var builder = ReplyBuilder()
    private var isTooLarge = false

    init() {
        self.functions = .allocate(capacity: 1)
        self.functions.initialize(to: Self.makeFunctions())
        guard let reader = redisReaderCreateWithFunctions(self.functions) else {
            preconditionFailure("hiredis is out of memory")
        }
        self.reader = reader
        // Borrowed: hiredis calls from inside of `next` alone.
        reader.pointee.privdata = Unmanaged.passUnretained(self).toOpaque()
    }

    deinit {
        redisReaderFree(self.reader)
        self.functions.deallocate()
    }

    /// Takes what the connection brought. Ask for `next` until there is none before the next call.
    func feed(_ bytes: Span<UInt8>) throws(ReplyFault) {
        let result = bytes.withUnsafeBytes { bytes in
            redisReaderFeed(self.reader, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        guard result == REDIS_OK else { throw .malformed }
    }

    /// The next complete reply; nil until more bytes come. After a fault there is nothing but the same fault.
    func next() throws(ReplyFault) -> RedisReply? {
        var object: UnsafeMutableRawPointer?
        guard redisReaderGetReply(self.reader, &object) == REDIS_OK else {
            throw self.isTooLarge ? .tooLarge : .malformed
        }
        guard object == nil else { return self.builder.take() }
        guard self.reader.pointee.len - self.reader.pointee.pos <= Self.maximumPendingBytes else { throw .tooLarge }
        return nil
    }
}

// MARK: - What hiredis calls

extension ReplyReader {
    private static func makeFunctions() -> redisReplyObjectFunctions {
        var functions = redisReplyObjectFunctions()
        functions.createString = { task, text, count in
            let bytes = UnsafeRawBufferPointer(start: text, count: count)
            return ReplyReader.add(task, ReplyReader.value(of: task!.pointee.type, bytes), byteCount: count)
        }
        functions.createInteger = { task, value in ReplyReader.add(task, .integer(Int64(value))) }
        functions.createNil = { task in ReplyReader.add(task, .null) }
        functions.createArray = { task, count in
            let reader = ReplyReader.of(task)
            return reader.accepts(reader.builder.beginArray(of: Int(count)))
        }
        // Nothing was made that could be freed.
        functions.freeObject = { _ in }
        gatehouse_refuse_resp3(&functions)
        return functions
    }

    /// Nil makes hiredis stop with an error.
    private static func add(
        _ task: UnsafePointer<redisReadTask>?,
        _ value: RedisReply?,
        byteCount: Int = 0
    ) -> UnsafeMutableRawPointer? {
        let reader = self.of(task)
        guard let value else { return nil }
        return reader.accepts(reader.builder.add(value, byteCount: byteCount))
    }

    private static func value(of type: Int32, _ bytes: UnsafeRawBufferPointer) -> RedisReply? {
        switch type {
        case REDIS_REPLY_STRING: .bytes([UInt8](bytes))
        case REDIS_REPLY_STATUS: .status(String(decoding: bytes, as: UTF8.self))
        case REDIS_REPLY_ERROR: .error(String(decoding: bytes, as: UTF8.self))
        // RESP3, which was not asked for.
        default: nil
        }
    }

    private func accepts(_ fits: Bool) -> UnsafeMutableRawPointer? {
        guard fits else {
            self.isTooLarge = true
            return nil
        }
        return Unmanaged.passUnretained(self).toOpaque()
    }

    private static func of(_ task: UnsafePointer<redisReadTask>?) -> ReplyReader {
        Unmanaged<ReplyReader>.fromOpaque(task!.pointee.privdata).takeUnretainedValue()
    }
}
