import ArgumentParser
import Commands
import Cryptography
import JOSE

/// `gatehouse keys generate`.
struct KeysGenerate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Make a key pair, PREFIX.key and PREFIX.jwks, or a session key.",
        discussion: "The private key is for its owner's eyes alone (0600). Files that are there are never overwritten."
    )

    @Option(
        help: ArgumentHelp("One of \(Self.algorithms.map(\.rawValue).joined(separator: ", ")).", valueName: "name"),
        transform: Self.algorithm
    )
    var algorithm: SignatureAlgorithm?
    @Option(help: ArgumentHelp("Where to write the files.", valueName: "prefix"))
    var out: String?
    @Flag(help: "Print 32 random bytes in base64, for sealing sessions, and write nothing.")
    var session = false

    /// Those that have a key pair.
    private static let algorithms = SignatureAlgorithm.allCases.filter { !$0.isSymmetric }

    private static func algorithm(_ name: String) throws -> SignatureAlgorithm {
        guard let algorithm = SignatureAlgorithm(name: name) else {
            throw ValidationError("one of \(Self.algorithms.map(\.rawValue).joined(separator: ", ")) is needed")
        }
        return algorithm
    }

    func validate() throws {
        if self.session {
            guard self.algorithm == nil, self.out == nil else {
                throw ValidationError("--session prints a key, so that --algorithm and --out have no place beside it")
            }
            return
        }
        guard self.algorithm != nil, let out = self.out, !out.isEmpty else {
            throw ValidationError("--algorithm and --out are needed, or --session alone")
        }
    }

    func run() throws {
        guard let algorithm = self.algorithm, let out = self.out else {
            return try Output.write(KeyFiles.sessionKey() + "\n")
        }
        do {
            try KeyFiles(prefix: out).generate(for: algorithm)
        } catch {
            Message.say("error: \(error)")
            throw ExitStatus.unusable
        }
    }
}
