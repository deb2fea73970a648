import Bytes
import Cryptography

/// A Lua script that Redis runs as one step. Redis keeps scripts by their SHA-1, so the text goes over the wire only when
/// the server does not know it.
struct RedisScript: Sendable {
    private let text: [UInt8]
    private let name: [UInt8]

    /// `text` is a constant of the program: what varies goes in as keys and arguments.
    init(_ text: StaticString) {
        let bytes = Array("\(text)".utf8)
        self.text = bytes
        self.name = Array(Hex.encode(SHA1.hash(bytes.span)).utf8)
    }

    /// By the name of the script.
    func short(_ keys: [[UInt8]], _ arguments: [RedisCommand.Argument]) -> RedisCommand {
        RedisCommand("EVALSHA", self.words(self.name, keys, arguments))
    }

    /// With its text, which the server then knows.
    func whole(_ keys: [[UInt8]], _ arguments: [RedisCommand.Argument]) -> RedisCommand {
        RedisCommand("EVAL", self.words(self.text, keys, arguments))
    }

    private func words(
        _ script: [UInt8],
        _ keys: [[UInt8]],
        _ arguments: [RedisCommand.Argument]
    ) -> [RedisCommand.Argument] {
        [.bytes(script), .number(Int64(keys.count))] + keys.map { .key($0) } + arguments
    }
}

extension RedisClient {
    /// Runs `script`, as `send` sends a command. In a cluster all `keys` must lie in the slot of the first one.
    ///
    /// A server that does not know the script has done nothing, so it gets the text in the same time.
    func run(
        _ script: RedisScript,
        keys: [[UInt8]],
        arguments: [RedisCommand.Argument] = [],
        within timeout: Duration = RedisClient.usualTimeout,
        _ completion: @escaping RedisCompletion
    ) {
        let deadline = self.deadline(after: timeout)
        let short = RedisRequest(command: script.short(keys, arguments), deadline: deadline) { [weak self] outcome in
            guard case .success(let reply) = outcome, reply.errorCode == "NOSCRIPT" else { return completion(outcome) }
            guard let self else { return completion(.failure(.unavailable)) }
            self.send(
                RedisRequest(command: script.whole(keys, arguments), deadline: deadline, completion: completion)
            )
        }
        self.send(short)
    }
}
