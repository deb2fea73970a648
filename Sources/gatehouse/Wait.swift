import Admin
import ArgumentParser
import Glibc
import JOSE
import Reactor
import Transport

/// `gatehouse wait`.
struct Wait: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Return when the running gateway is ready.")

    @OptionGroup var policy: PolicyOptions
    @Option(help: "How long to wait.", transform: DurationOption.read)
    var timeout = DurationOption(default: "60s")

    /// How often it is asked, in milliseconds.
    static let interval: UInt64 = 100
    /// A gateway that hangs is asked again after this time.
    static let patience: UInt64 = 1_000

    func run() throws {
        let admin = try self.policy.admin()
        let client = AdminClient(admin)
        var seen = Sight.nothing
        let end = MonotonicClock.milliseconds + self.timeout.duration.wholeMilliseconds
        while true {
            let now = MonotonicClock.milliseconds
            guard now < end else { break }
            seen = Sight(client.ask("/readyz", within: min(end - now, Self.patience)))
            if case .ready = seen { return }
            usleep(UInt32(min(end - now, Self.interval)) * 1_000)
        }
        Message.say("error: the gateway is not ready after \(self.timeout): \(seen.explanation(of: admin.address))")
        throw ExitCode.failure
    }

    /// What the gateway last looked like from here.
    private enum Sight {
        case ready
        case unready(reasons: [String])
        case other(status: Int)
        case nothing

        init(_ answer: AdminClient.Answer?) {
            guard let answer else {
                self = .nothing
                return
            }
            let page = try? JSONValue(parsing: answer.body.span)
            switch answer.status {
            case 200: self = .ready
            case 503: self = .unready(reasons: page?["reasons"]?.array?.compactMap(\.string) ?? [])
            default: self = .other(status: answer.status)
            }
        }

        func explanation(of address: ListenAddress) -> String {
            switch self {
            case .ready: "it is by now"
            case .unready(let reasons): reasons.isEmpty ? "it does not say why" : reasons.joined(separator: "; ")
            case .other(let status): "/readyz at \(address) answers with \(status); is that a gateway?"
            case .nothing: "nothing listens at \(address), or it does not answer"
            }
        }
    }
}
