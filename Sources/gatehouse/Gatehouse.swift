import ArgumentParser

/// The command line: `gatehouse COMMAND`.
@main
struct Gatehouse: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gatehouse",
        abstract: "A reverse proxy that checks bearer tokens and scopes before your services.",
        version: Version.text,
        subcommands: [Run.self])
}
