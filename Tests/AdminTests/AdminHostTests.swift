import Testing

@testable import Admin

@Suite("Whose pages these may be")
struct AdminHostTests {
    @Test(
        "answers addresses and localhost",
        arguments: [
            "", "127.0.0.1", "127.0.0.1:9901", "10.0.0.7:80", "[::1]", "[::1]:9901", "localhost", "LOCALHOST:1",
            "localhost.",
        ]
    )
    func ours(_ host: String) {
        let isOurs = AdminHost.isOurs(Array(host.utf8).span)
        #expect(isOurs)
    }

    @Test(
        "refuses names, which a page could have given to our address",
        arguments: [
            "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "a:9901", "1", "0x7f000001", "127.1",
        ]
    )
    func others(_ host: String) {
        let isOurs = AdminHost.isOurs(Array(host.utf8).span)
        #expect(!isOurs)
    }
}
