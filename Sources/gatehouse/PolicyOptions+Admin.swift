import Admin
import ArgumentParser
import Configuration

extension PolicyOptions {
    /// Where the running gateway is asked. Secrets that only the gateway can read need not be there.
    func admin() throws -> AdminSettings {
        let configuration = try self.look()
        guard let admin = configuration.admin else {
            Message.say("error: the policy says `admin: off`, so the running gateway cannot be asked")
            throw ExitStatus.unusable
        }
        return admin
    }

    /// The policy to look at, and not to serve.
    func look() throws -> LoadedConfiguration {
        let reading = PolicyReading(file: try self.file(), allowsUnset: true)
        guard let configuration = reading.configuration else {
            for problem in reading.problems where problem.severity == .error { Message.say("\(problem)") }
            throw ExitStatus.unusable
        }
        return configuration
    }
}
