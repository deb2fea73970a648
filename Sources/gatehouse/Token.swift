import ArgumentParser

/// `gatehouse token`.
struct Token: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a token, or look into one.",
        subcommands: [TokenMintCommand.self, TokenInspectCommand.self]
    )
}
