import Admin
import ArgumentParser
import AuthorizationServer
import Configuration
import Gateway
import Glibc
import Reactor
import Telemetry

/// `gatehouse run`.
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Serve the policy until SIGTERM.")

    @OptionGroup var policy: PolicyOptions
    @OptionGroup var misplaced: MisplacedPolicy
    // Unconditional, so that `-3` is a number out of range and not an unknown option.
    @Option(
        parsing: .unconditional,
        help: "Event loops, each with a thread of its own, instead of what the policy says.",
        transform: Self.workerCount
    )
    var workers: Int?

    private static func workerCount(_ text: String) throws -> Int {
        guard let count = WorkerCount.parse(text) else {
            throw ValidationError("expected \(WorkerCount.form), found `\(text)`")
        }
        return count
    }

    func run() throws {
        let file = try self.policy.file()
        let configuration = try self.policy.load(sayingWarnings: true)
        let server = Server(file: file, configuration: configuration, workers: self.workers)
        do {
            try server.start()
        } catch let error as AuthorizationStartError {
            for problem in configuration.places.problems(error) { Message.say("\(problem)") }
            throw ExitStatus.unusable
        } catch {
            Message.say("error: \(error)")
            if let error = error as? AdminStartError, error.isTaken { Message.say(Self.adminHint) }
            if let error = error as? StartError, error.isTaken { Message.say(Self.listenerHint) }
            throw ExitStatus.cannotStart
        }
        throw ExitCode(server.run())
    }

    private static let listenerHint = """
        Something listens there already. Is another gatehouse running? Stop it, or set another `address` in `listeners`.
        """

    private static let adminHint = """
        Is another gateway running? Two on one machine need an admin address each: set `admin: {address: 127.0.0.1:9911}` \
        in the policy of one, or `admin: off`.
        """
}
