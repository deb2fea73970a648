import Testing
import Transport

@testable import Upstreams

@Suite("The addresses of a server")
struct AddressRotationTests {
    private static let (a, b) = (ConnectAddress.unix(path: "a"), ConnectAddress.unix(path: "b"))

    @Test("the next address comes after a failure, and the first one after the last")
    func failures() {
        var addresses = AddressRotation([Self.a, Self.b])
        var tried: [ConnectAddress?] = []
        for _ in 0..<3 {
            tried.append(addresses.current)
            addresses.failed(in: addresses.turn)
        }
        #expect(tried == [Self.a, Self.b, Self.a])
    }

    @Test("connections that fail together are one failure")
    func failuresTogether() {
        var addresses = AddressRotation([Self.a, Self.b])
        let turn = addresses.turn
        for _ in 0..<2 { addresses.failed(in: turn) }
        #expect(addresses.current == Self.b)
    }

    @Test("what did resolve once is kept while the name servers fail")
    func kept() {
        var addresses = AddressRotation([])
        #expect(addresses.isEmpty)
        #expect(addresses.current == nil)
        addresses.replace(with: [Self.b])
        addresses.replace(with: [])
        #expect(addresses.current == Self.b)
    }
}
