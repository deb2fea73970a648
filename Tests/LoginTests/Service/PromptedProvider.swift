import Telemetry

@testable import Login

/// A provider that answers when the test says so.
final class PromptedProvider: Provider {
    let name: String
    private(set) var calls = 0
    private(set) var begun: [SignInRequest] = []
    /// Sign-ins whose codes have come.
    private(set) var finishing: [(Result<Identity, ProviderFailure>) -> Void] = []
    /// Who is used no more, or signs out there.
    private(set) var revoked: [Identity] = []
    private(set) var signedOut: [Identity] = []
    private(set) var waiting: [(identity: Identity, completion: (Result<Refreshed, ProviderFailure>) -> Void)] = []

    init(_ name: String = "corp") { self.name = name }

    func refresh(_ identity: Identity, _ completion: @escaping (Result<Refreshed, ProviderFailure>) -> Void) {
        self.calls += 1
        self.waiting.append((identity, completion))
    }

    /// - Parameter index: Of those that wait.
    func answer(token: String, to index: Int = 0) {
        var (identity, completion) = self.waiting.remove(at: index)
        identity.accessToken = Redacted(token)
        identity.accessExpiresAt = SessionFixture.start / 1000 + 1200
        completion(.success(.identity(identity)))
    }

    /// With the next refresh token, and otherwise with what cannot be.
    func contradict(token: String) {
        let completion = self.waiting.removeFirst().completion
        completion(.success(.token(Redacted(token), because: .invalid("the ID token: is another's"))))
    }

    func fail(_ failure: ProviderFailure) { self.waiting.removeFirst().completion(.failure(failure)) }

    /// Whoever waits is never answered.
    func leaveAll() {
        self.waiting = []
        self.finishing = []
    }

    func begin(_ request: SignInRequest, _ completion: @escaping (Result<String, ProviderFailure>) -> Void) {
        self.begun.append(request)
        completion(.success("https://login.example.com/authorize"))
    }

    func check(issuer: String?, _ completion: @escaping (Result<Void, ProviderFailure>) -> Void) {
        completion(.failure(.unavailable("nobody signs in here")))
    }

    func finish(_ response: SignInResponse, _ completion: @escaping (Result<Identity, ProviderFailure>) -> Void) {
        self.finishing.append(completion)
    }

    func revoke(_ identity: Identity) { self.revoked.append(identity) }

    func signOutAddress(_ identity: Identity, state: String, _ completion: @escaping (String?) -> Void) {
        self.signedOut.append(identity)
        completion(nil)
    }
}
