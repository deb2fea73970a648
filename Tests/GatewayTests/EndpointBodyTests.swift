import Bytes
import Testing

@testable import Gateway

@Suite("The body of a request to an endpoint")
struct EndpointBodyTests {
    private func gathered(_ pieces: [String], isChunked: Bool) -> String {
        var body = EndpointBody()
        self.gather(pieces, isChunked: isChunked, in: &body)
        return self.text(body)
    }

    private func text(_ body: borrowing EndpointBody) -> String { body.content.span.string }

    private func gather(_ pieces: [String], isChunked: Bool, in body: inout EndpointBody) {
        body.begin(isChunked: isChunked)
        for piece in pieces {
            let bytes = Array(piece.utf8)
            body.append(bytes.span)
        }
    }

    @Test("is what came, when it has a length")
    func plain() { #expect(self.gathered(["a=b", "&c=d"], isChunked: false) == "a=b&c=d") }

    @Test("is the data of chunks alone, wherever they are cut")
    func chunked() {
        let wire = "3\r\na=b\r\n4\r\n&c=d\r\n0\r\n\r\n"
        #expect(self.gathered([wire], isChunked: true) == "a=b&c=d")
        #expect(self.gathered(wire.map { String($0) }, isChunked: true) == "a=b&c=d")
    }

    @Test("is the next request's alone, whatever came before")
    func usedAgain() {
        var body = EndpointBody()
        self.gather(["secret=s", String(repeating: "x", count: 4000)], isChunked: false, in: &body)
        body.clear()
        let isEmpty = body.content.isEmpty
        #expect(isEmpty)
        self.gather(["3\r\na="], isChunked: true, in: &body)
        self.gather(["a=b"], isChunked: false, in: &body)
        let text = self.text(body)
        #expect(text == "a=b")
    }
}
