import ArgumentParser

/// How the process ends.
///
/// - 0: done; for `run` a clean drain.
/// - 1: the answer is no (`check`, `doctor`, `token inspect`, `wait`); for `run` a drain that was cut short, or an address that could
///   not be opened: the policy is good, and the same command may succeed later.
/// - 2: bad configuration or usage, also a file that cannot be read or written. `ArgumentParser` says 64 for wrong usage, after
///   BSD. When the command is `check` or `doctor`, whose question is just that, it is 1.
enum ExitStatus {
    static let unusable = ExitCode(2)
    static let cannotStart = ExitCode(1)

    static func of(_ error: any Error, arguments: [String]) -> Int32 {
        let code = Gatehouse.exitCode(for: error)
        guard code == .validationFailure || code == Self.unusable else { return code.rawValue }
        let command = arguments.first { !$0.hasPrefix("-") }
        return command == "check" || command == "doctor" ? 1 : Self.unusable.rawValue
    }
}
