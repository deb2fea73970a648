import ArgumentParser
import AuthorizationServer
import Commands
import Configuration
import Stores

/// The store of the policy's authorization server, for commands that work beside the gateway.
struct ServerOptions: ParsableArguments {
    @OptionGroup var policy: PolicyOptions

    /// Does `work` on the open store. What is wrong is said.
    ///
    /// - Parameter mayMake: Whether the store is made when it is not there.
    func run<Result>(mayMake: Bool = false, _ work: (ServerAdministration) throws -> Result) throws -> Result {
        let configuration = try self.policy.load()
        let settings = try Self.settings(configuration)
        do {
            let store = try AuthorizationService.openStore(settings, mayMake: mayMake)
            return try work(ServerAdministration(settings, store: store, now: .now))
        } catch let error as AuthorizationStartError {
            for problem in configuration.places.problems(error) { Message.say("\(problem)") }
        } catch let error as AdministrationError {
            Message.say("error: \(error)")
        }
        throw ExitStatus.unusable
    }

    private static func settings(_ configuration: LoadedConfiguration) throws -> AuthorizationServerSettings {
        guard let settings = configuration.settings.authorizationServer else {
            Message.say("error: the policy has no `authorization_server`")
            throw ExitStatus.unusable
        }
        return settings
    }
}
