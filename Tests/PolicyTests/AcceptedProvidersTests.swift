import Testing

@testable import Policy

@Suite("The providers whose sessions a route takes")
struct AcceptedProvidersTests {
    /// Two issuers, and three providers behind them.
    private static let names = ["corp", "partners", "google", "github", "local"]

    @Test(
        "are known by their places behind the issuers",
        arguments: [
            (LoginChoice.oneOf(["github"]), [3]), (.oneOf(["local", "google"]), [2, 4]),
            (.oneOf(["google", "github", "local"]), [2, 3, 4]),
        ]
    )
    func places(_ choice: LoginChoice, _ expected: [Int]) {
        let accepted = AcceptedProviders(choice, issuers: Self.names)
        #expect((0...1000).filter(accepted.contains) == expected)
    }

    @Test("are none without `login`, and all of them for `true`")
    func whole() {
        let places = Self.names.indices
        #expect(places.filter(AcceptedProviders(.none, issuers: Self.names).contains) == [])
        #expect(places.filter(AcceptedProviders(.any, issuers: Self.names).contains) == Array(places))
    }

    @Test("may be as many as there are bits")
    func bound() {
        let providers = (0..<LoginChoice.maximumProviders).map { "p\($0)" }
        let accepted = AcceptedProviders(.oneOf([providers[0], providers[63]]), issuers: ["corp"] + providers)
        #expect((0..<200).filter(accepted.contains) == [1, 64])
    }

    @Test("are not issuers of the same name")
    func sharedName() {
        let accepted = AcceptedProviders(.oneOf(["corp"]), issuers: ["corp", "partners", "corp"])
        #expect((0..<10).filter(accepted.contains) == [2])
    }

    @Test("are the same in any order")
    func order() {
        let one = AcceptedProviders(.oneOf(["google", "local"]), issuers: Self.names)
        let other = AcceptedProviders(.oneOf(["local", "google"]), issuers: Self.names)
        #expect(one == other)
    }
}
