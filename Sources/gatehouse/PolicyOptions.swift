import ArgumentParser
import Configuration
import Glibc

/// Which policy file a command is about.
struct PolicyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The policy file. Default: what GATEHOUSE_CONFIG names, else gateway.yaml, then /etc/gatehouse/gateway.yaml.",
            valueName: "file"
        )
    )
    var config: String?

    static let places = ["gateway.yaml", "/etc/gatehouse/gateway.yaml"]

    /// The file that `--config` names, or else `GATEHOUSE_CONFIG`, or else the first of the usual places that is there.
    func file() throws -> String {
        if let config { return config }
        if let named = getenv("GATEHOUSE_CONFIG") { return String(cString: named) }
        for place in Self.places where access(place, F_OK) == 0 { return place }
        Message.say(
            """
            error: no policy file. Name one with --config FILE or GATEHOUSE_CONFIG; in a container, mount it at \
            /etc/gatehouse/gateway.yaml.
            """
        )
        throw ExitStatus.unusable
    }

    /// The policy, without errors. What is wrong with it is said on standard error; warnings only to those who serve it.
    func load(sayingWarnings: Bool = false) throws -> LoadedConfiguration {
        let reading = PolicyReading(file: try self.file())
        for problem in reading.problems where sayingWarnings || problem.severity == .error { Message.say("\(problem)") }
        guard let configuration = reading.configuration else { throw ExitStatus.unusable }
        return configuration
    }
}

/// Catches `gatehouse check FILE`, which reads well and is not how it is done.
struct MisplacedPolicy: ParsableArguments {
    @Argument(help: .hidden)
    var files: [String] = []

    func validate() throws {
        guard let file = self.files.first else { return }
        throw ValidationError("the policy is named with --config: `--config \(file)`")
    }
}
