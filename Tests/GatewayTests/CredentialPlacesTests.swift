import Bytes
import OAuth
import Testing

@testable import Gateway

@Suite("The places that tokens come from")
struct CredentialPlacesTests {
    private func places(_ locations: [TokenLocation]...) -> CredentialPlaces {
        CredentialPlaces(
            locations.enumerated().map { index, locations in
                var issuer = IssuerSettings(
                    name: "\(index)",
                    issuer: "https://\(index).test",
                    audiences: .any,
                    algorithms: [.es256],
                    keys: .discovery
                )
                issuer.tokenFrom = locations
                return issuer
            }
        )
    }

    private func credential(_ place: TokenPlace) -> Credential { .token(.empty, place) }

    @Test("are Authorization alone, with the usual policy and with none")
    func usual() {
        for places in [self.places(), self.places([.authorization]), self.places([.authorization], [.authorization])] {
            #expect(places.looksAtAuthorization && places.onlyAuthorization)
        }
    }

    @Test("are those of all issuers, each once")
    func all() {
        let places = self.places(
            [.cookie("a"), .header("X-Token")],
            [.header("X-Token"), .cookie("b"), .cookie("a")]
        )
        #expect(!places.looksAtAuthorization && !places.onlyAuthorization)
        #expect(places.headers == [Array("X-Token".utf8)])
        #expect(places.cookies == [Array("a".utf8), Array("b".utf8)])
    }

    @Test("are each issuer's own: a token of one is not taken from where another's would be")
    func own() {
        let places = self.places([.authorization], [.cookie("a")], [.header("X-A"), .header("X-B"), .cookie("b")])
        func issuers(_ place: TokenPlace) -> [Int] {
            (0..<3).filter { places.takes(self.credential(place), ofIssuer: $0) }
        }
        #expect(issuers(.authorization) == [0])
        #expect(issuers(.authorizationWithProof) == [0])
        #expect(issuers(.cookie(0)) == [1])
        #expect(issuers(.cookie(1)) == [2])
        #expect(issuers(.header(0, field: 3)) == [2])
        #expect(issuers(.header(1, field: 3)) == [2])
        #expect(!places.takes(.none, ofIssuer: 0))
    }
}
