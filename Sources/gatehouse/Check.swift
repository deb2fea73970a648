import ArgumentParser
import Commands
import Configuration

/// `gatehouse check`.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say everything that is wrong with the policy, and who may pass.",
        discussion: "Ends with 0 if the policy can be served, and with 1 if not."
    )

    @OptionGroup var policy: PolicyOptions
    @OptionGroup var misplaced: MisplacedPolicy
    @Flag(help: "Fail on warnings, too.")
    var strict = false
    @Flag(help: "Variables and files that are not there stand for values that are not judged.")
    var unsetOk = false
    @Option(help: "text or json.")
    var format = OutputFormat.text

    func run() throws {
        let file = try self.policy.file()
        let reading = PolicyReading(file: file, allowsUnset: self.unsetOk)
        let report = CheckReport(reading.withServerFiles(judgesMissing: !self.unsetOk), file: file)
        try Output.write(self.format, text: report.text, json: report.json)
        guard report.passes(strict: self.strict) else { throw ExitCode.failure }
    }
}
