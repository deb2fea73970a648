import ArgumentParser

/// `gatehouse clients`.
struct Clients: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The clients of the authorization server: who may ask for tokens.",
        discussion: "They work on its store, also beside a running gateway.",
        subcommands: [ClientsAdd.self, ClientsList.self, ClientsRemove.self, ClientsInvite.self]
    )
}
