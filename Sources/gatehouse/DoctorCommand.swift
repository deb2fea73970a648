import ArgumentParser
import Commands
import Configuration
import Doctor
import Glibc

/// `gatehouse doctor`.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at store, issuers, providers and shared state, and say what is wrong before users find out.",
        discussion: """
            Reads the policy as `check` does, asks as the gateway would, and prints a line for each thing that it looked \
            at. It takes \(Checkup.timeLimit.components.seconds) s at most, signs nobody in and changes nothing. Ends with \
            0 if nothing has failed, and with 1 otherwise.
            """
    )

    @OptionGroup var policy: PolicyOptions
    @OptionGroup var misplaced: MisplacedPolicy
    @Option(help: "text or json.")
    var format = OutputFormat.text

    func run() throws {
        let file = try self.policy.file()
        let reading = PolicyReading(file: file).withServerFiles()
        guard let configuration = reading.configuration, !reading.hasErrors else {
            let report = CheckReport(reading, file: file)
            try Output.write(self.format, text: report.text, json: report.json)
            throw ExitCode.failure
        }
        // A peer that hangs up is a finding, and not the end.
        signal(SIGPIPE, SIG_IGN)
        let report = DoctorReport(configuration, Checkup(configuration.settings).run(), file: file)
        try Output.write(self.format, text: report.text, json: report.json)
        guard report.isWell else { throw ExitCode.failure }
    }
}
