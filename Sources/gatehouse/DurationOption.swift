import ArgumentParser
import Configuration

/// A duration on the command line, written as in the policy: `250ms`, `30s`, `10m`, `12h`, `30d`.
struct DurationOption: CustomStringConvertible {
    let duration: Duration
    let description: String

    /// Throws with examples, for `transform:` of an option.
    static func read(_ argument: String) throws -> Self {
        guard let duration = Duration(policyText: argument) else {
            throw ValidationError("expected \(Duration.policyForm), found `\(argument)`")
        }
        return Self(duration: duration, description: argument)
    }

    private init(duration: Duration, description: String) {
        self.duration = duration
        self.description = description
    }

    /// A default. Must be written like a duration.
    init(default text: String) {
        guard let duration = Duration(policyText: text) else { preconditionFailure("\(text) is no duration") }
        self.init(duration: duration, description: text)
    }
}
