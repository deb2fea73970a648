/// The first commands of a connection, sent together and answered in order.
struct RedisGreeting {
    /// How operators find us in `CLIENT LIST`.
    private static let clientName: StaticString = "gatehouse"

    let steps: [RedisConnectionState.Greeting]
    let commands: [RedisCommand]
    /// Whether messages come between the replies.
    let isSubscriber: Bool

    /// For a server with data. `HELLO` is in Redis since 6.0; it takes credentials and name at once.
    init(_ settings: StateSettings, asksForRole: Bool) {
        var steps: [RedisConnectionState.Greeting] = [.hello]
        var commands = [Self.hello(settings.credentials)]
        if settings.database > 0 {
            steps.append(.select)
            commands.append(RedisCommand("SELECT", .number(Int64(settings.database))))
        }
        if asksForRole {
            steps.append(.role)
            commands.append(RedisCommand("ROLE"))
        }
        self.steps = steps
        self.commands = commands
        self.isSubscriber = false
    }

    /// For a sentinel, which tells of changes by messages.
    static let sentinel = RedisGreeting(steps: [.hello], commands: [Self.hello(nil)], isSubscriber: true)

    private init(steps: [RedisConnectionState.Greeting], commands: [RedisCommand], isSubscriber: Bool) {
        self.steps = steps
        self.commands = commands
        self.isSubscriber = isSubscriber
    }

    private static func hello(_ credentials: StateSettings.Credentials?) -> RedisCommand {
        var arguments: [RedisCommand.Argument] = [.number(2)]
        if let credentials {
            let password = Array(credentials.password.secret.utf8)
            arguments += [.word("AUTH"), .bytes(Array(credentials.user.utf8)), .bytes(password)]
        }
        return RedisCommand("HELLO", arguments + [.word("SETNAME"), .word(self.clientName)])
    }
}
