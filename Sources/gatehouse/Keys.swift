import ArgumentParser

/// `gatehouse keys`.
struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make keys, replace them, and see which ones the running gateway knows.",
        subcommands: [KeysGenerate.self, KeysList.self, KeysRotate.self]
    )
}
