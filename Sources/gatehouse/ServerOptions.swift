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
        let settings = try self.settings()
        do {
            let store = try AuthorizationService.openStore(settings, mayMake: mayMake)
            return try work(ServerAdministration(settings, store: store, now: .now))
        } catch let error as AuthorizationStartError {
            Message.say("error: \(error)")
        } catch let error as AdministrationError {
            Message.say("error: \(error)")
        }
        throw ExitStatus.unusable
    }

    private func settings() throws -> AuthorizationServerSettings {
        guard let settings = try self.policy.load().settings.authorizationServer else {
            Message.say("error: the policy has no `authorization_server`")
            throw ExitStatus.unusable
        }
        return settings
    }
}
