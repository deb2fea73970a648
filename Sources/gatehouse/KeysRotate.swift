import ArgumentParser
import Commands

/// `gatehouse keys rotate`.
struct KeysRotate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Let a new key follow the one with which the authorization server signs.",
        discussion: "A running gateway publishes it within seconds, and signs with it once everybody can have it."
    )

    @OptionGroup var server: ServerOptions

    func run() throws {
        let start = try self.server.run { try $0.rotateKeys() }
        try Output.write("The new key signs from \(start.text) on.\n")
    }
}
