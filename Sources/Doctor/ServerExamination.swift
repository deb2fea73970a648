internal import AuthorizationServer
internal import Stores
internal import Telemetry

/// Opens the authorization server's store with its sealing key, as the next start will, and only reads.
final class ServerExamination: Examination {
    private let settings: AuthorizationServerSettings

    init(_ settings: AuthorizationServerSettings) { self.settings = settings }

    var subject: Finding.Subject { .authorizationServer }

    func start(_ completion: @escaping ([Finding]) -> Void) {
        do throws(AuthorizationStartError) {
            let now = Timestamp(milliseconds: WallClock.milliseconds)
            completion(ServerFindings.found(try StoreTrial.run(self.settings, at: now)))
        } catch {
            completion(ServerFindings.failed(error))
        }
    }

    func cancel() {}
}
