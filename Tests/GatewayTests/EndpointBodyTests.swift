import Testing

@testable import Gateway

@Suite("The body of a request to an endpoint")
struct EndpointBodyTests {
    private func gathered(_ pieces: [String], isChunked: Bool) -> String {
        var body = EndpointBody(isChunked: isChunked)
        for piece in pieces {
            let bytes = Array(piece.utf8)
            body.append(bytes.span)
        }
        return String(decoding: body.content, as: UTF8.self)
    }

    @Test("is what came, when it has a length")
    func plain() { #expect(self.gathered(["a=b", "&c=d"], isChunked: false) == "a=b&c=d") }

    @Test("is the data of chunks alone, wherever they are cut")
    func chunked() {
        let wire = "3\r\na=b\r\n4\r\n&c=d\r\n0\r\n\r\n"
        #expect(self.gathered([wire], isChunked: true) == "a=b&c=d")
        #expect(self.gathered(wire.map { String($0) }, isChunked: true) == "a=b&c=d")
    }
}
