import Admin
import ArgumentParser
import Glibc
import Reactor

/// `gatehouse wait`.
struct Wait: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Return when the running gateway is ready.")

    @OptionGroup var policy: PolicyOptions
    @Option(help: "How long to wait.")
    var timeout = DurationOption(default: "60s")

    /// How often it is asked, in milliseconds.
    static let interval: UInt64 = 100
    /// A gateway that hangs is asked again after this time.
    static let patience: UInt64 = 1_000

    func run() throws {
        let client = AdminClient(try self.policy.admin())
        let end = MonotonicClock.nanoseconds / 1_000_000 + self.timeout.duration.wholeMilliseconds
        while true {
            let now = MonotonicClock.nanoseconds / 1_000_000
            guard now < end else { break }
            if client.ask("/readyz", within: min(end - now, Self.patience))?.status == 200 { return }
            usleep(UInt32(min(end - now, Self.interval)) * 1_000)
        }
        Message.say("error: the gateway is not ready after \(self.timeout)")
        throw ExitCode(1)
    }
}
