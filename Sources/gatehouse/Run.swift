import ArgumentParser
import Configuration
import Gateway
import Glibc
import Reactor
import Telemetry

/// `gatehouse run`.
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve the policy until SIGTERM.")

    @OptionGroup var policy: PolicyOptions
    @Option(help: "Event loops, each with a thread of its own. Default: one for each processor.")
    var workers: Int?

    func run() throws {
        let file = try self.policy.file()
        let configuration = try self.policy.load(sayingWarnings: true)
        let server = Server(file: file, configuration: configuration, workers: self.workers)
        do {
            try server.start()
        } catch {
            Message.say("error: \(error)")
            throw ExitStatus.unusable
        }
        throw ExitCode(server.run())
    }
}
