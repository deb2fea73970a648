import ArgumentParser
import Configuration

/// A duration on the command line, written as in the policy: `250ms`, `30s`, `10m`, `12h`, `30d`.
struct DurationOption: ExpressibleByArgument, CustomStringConvertible {
    let duration: Duration
    let description: String

    init?(argument: String) {
        guard let duration = Duration(policyText: argument) else { return nil }
        self.duration = duration
        self.description = argument
    }

    /// A default. Must be written like a duration.
    init(default text: String) {
        guard let option = Self(argument: text) else { preconditionFailure("\(text) is no duration") }
        self = option
    }
}
