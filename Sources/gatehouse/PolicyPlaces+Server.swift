import AuthorizationServer
import Configuration

extension PolicyPlaces {
    /// What the authorization server has against its part of the policy, each fault at its place.
    func problems(_ error: AuthorizationStartError) -> [Problem] {
        error.faults.map { self.error($0.reason, at: $0.path) }
    }
}
