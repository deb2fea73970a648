import ArgumentParser

/// `gatehouse keys`.
struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make keys, and see which ones the running gateway knows.",
        subcommands: [KeysGenerate.self, KeysList.self]
    )
}
