import ArgumentParser
import AuthorizationServer
import Commands
import Configuration
import Cryptography

/// `gatehouse clients add`.
struct ClientsAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a client to the store.",
        discussion: """
            Unless it is public or signs with keys of its own, it gets a secret, which is printed now and never again.
            """
    )

    @OptionGroup var server: ServerOptions
    @Argument(help: ArgumentHelp("Its `client_id`.", valueName: "name"))
    var client: String
    @Flag(name: .customLong("public"), help: "It has no secret: an app, a page, a device.")
    var isPublic = false
    @Option(help: ArgumentHelp("It signs with these public keys (private_key_jwt).", valueName: "file"))
    var jwks: String?
    @Option(name: .customLong("name"), help: ArgumentHelp("What people read.", valueName: "text"))
    var displayName: String?
    @Option(
        name: .customLong("grant"),
        help: ArgumentHelp(
            "authorization_code, client_credentials, refresh_token or device_code. May be repeated.",
            valueName: "grant"
        )
    )
    var grants: [String] = []
    @Option(name: .customLong("scope"), help: ArgumentHelp("What it may ask for. May be repeated.", valueName: "scope"))
    var scopes: [String] = []
    @Option(name: .customLong("redirect-uri"), help: ArgumentHelp("May be repeated.", valueName: "uri"))
    var redirectURIs: [String] = []
    @Option(name: .customLong("post-logout-redirect-uri"), help: ArgumentHelp("May be repeated.", valueName: "uri"))
    var postLogoutRedirectURIs: [String] = []
    @Option(
        name: .customLong("introspect"),
        help: ArgumentHelp("An audience whose tokens it may look into. May be repeated.", valueName: "audience")
    )
    var introspects: [String] = []
    @Flag(name: .customLong("require-par"), help: "It must push its authorization requests.")
    var requiresPushedRequests = false

    func validate() throws {
        guard !self.isPublic || self.jwks == nil else { throw ValidationError("a client with --jwks is not --public") }
    }

    func run() throws {
        let secret = self.isPublic || self.jwks != nil ? nil : RandomSecret()
        try self.server.run(mayMake: true) { administration in try administration.add(try self.draft(secret)) }
        if let secret { try Output.write(secret.text + "\n") }
    }

    private func draft(_ secret: RandomSecret?) throws -> ClientDraft {
        var draft = ClientDraft(name: self.client, authentication: try self.authentication(secret))
        draft.displayName = self.displayName
        draft.grants = self.grants
        draft.scopes = self.scopes
        draft.redirectURIs = self.redirectURIs
        draft.postLogoutRedirectURIs = self.postLogoutRedirectURIs
        draft.introspects = self.introspects
        draft.requiresPushedRequests = self.requiresPushedRequests
        return draft
    }

    private func authentication(_ secret: RandomSecret?) throws -> ClientAuthenticationMethod {
        if let secret { return .secret(secret.digest) }
        guard let jwks else { return .none }
        do {
            return try ClientDraft.keys(Environment.process.read(jwks))
        } catch let error as FileError {
            Message.say("error: \(jwks): \(error.reason)")
            throw ExitStatus.unusable
        }
    }
}
