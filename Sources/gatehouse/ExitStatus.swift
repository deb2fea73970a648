import ArgumentParser

/// How the process ends. `ArgumentParser` says 64 for wrong usage, after BSD; the gateway says 2 for that and for a bad
/// policy, and 1 for both when the command is `check`, whose question was answered with no.
enum ExitStatus {
    static let unusable = ExitCode(2)

    static func of(_ error: any Error, arguments: [String]) -> Int32 {
        let code = Gatehouse.exitCode(for: error)
        guard code == .validationFailure || code == Self.unusable else { return code.rawValue }
        return arguments.first { !$0.hasPrefix("-") } == "check" ? 1 : Self.unusable.rawValue
    }
}
