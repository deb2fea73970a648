import Bytes
import HTTP
import JOSE
import Policy
import Testing

@testable import Gateway

@Suite("The form of a refusal")
struct RefusalFormTests {
    private func form(_ lines: [String]) throws -> RefusalForm {
        let (head, bytes) = try request(lines)
        var buffer = ByteBuffer()
        buffer.append(bytes)
        return RefusalForm(head, buffer)
    }

    private func body(_ code: RefusalCode, _ lines: String..., id: String = "r-1") throws -> String {
        let form = try self.form(lines)
        var requestID = RequestID()
        let isKept = requestID.keep(id.utf8Span.span)
        try #require(isKept)
        var body = ByteBuffer()
        form.append(code, requestID, to: &body)
        return body.span.string
    }

    private func fields(_ refusal: Refusal, _ lines: String...) throws -> [String] {
        let form = try self.form(lines)
        return written { form.appendFields(refusal, to: &$0) }.split(separator: "\r\n").map(String.init)
    }

    static let plain = ["Content-Type: application/problem+json", "Cache-Control: no-store"]

    @Test("is problem+json by RFC 9457 unless something else was asked for", arguments: RefusalCode.allCases)
    func problem(_ code: RefusalCode) throws {
        let text = try self.body(code)
        let problem = try JSONValue(parsing: text)
        #expect(problem["type"] == .string("about:blank"))
        #expect(problem["title"] == .string("\(StatusPhrase.of(UInt16(code.status)))"))
        #expect(problem["status"] == .integer(Int64(code.status)))
        #expect(problem["code"] == .string("\(code.name)"))
        #expect(problem["detail"] == .string("\(code.detail)"))
        #expect(problem["request_id"] == .string("r-1"))
    }

    @Test("is a page for who names HTML")
    func page() throws {
        let page = try self.body(.routeNotFound, "Accept: text/html")
        #expect(page.hasPrefix("<!doctype html>\n"))
        #expect(page.contains("<title>404 Not Found</title>"))
        #expect(page.contains("<p>No route matches this request.</p>"))
        #expect(page.contains("<small>route_not_found · r-1</small>"))
        let fields = try self.fields(Refusal(.routeNotFound), "Accept: text/html")
        #expect(fields == ["Content-Type: text/html; charset=utf-8", "Cache-Control: no-store"])
    }

    @Test("needs no escaping, in JSON or HTML", arguments: RefusalCode.allCases)
    func escaping(_ code: RefusalCode) {
        let texts = "\(code.name)\(code.detail)\(StatusPhrase.of(UInt16(code.status)))"
        #expect(!texts.contains { "<>&\"\\'".contains($0) || !$0.isASCII })
    }

    @Test("follows what Accept prefers, over all of its lines")
    func accept() throws {
        let both = try self.fields(Refusal(.routeNotFound), "Accept: application/json", "Accept: text/html;q=0.5")
        #expect(both == Self.plain)
        let any = try self.fields(Refusal(.routeNotFound), "Accept: */*")
        #expect(any == Self.plain)
    }

    @Test(
        "has a status of its own for gRPC, in fields and without a body",
        arguments: [
            (RefusalCode.tokenExpired, 16), (.scopeInsufficient, 7), (.routeNotFound, 12), (.methodNotAllowed, 12),
            (.bodyTooLarge, 8), (.upstreamFailed, 14), (.overloaded, 14), (.upstreamTimeout, 14),
            (.requestMalformed, 13), (.headersTooLarge, 13),
        ]
    )
    func grpc(_ code: RefusalCode, _ status: Int) throws {
        let line = "Content-Type: application/grpc+proto"
        let form = try self.form([line])
        #expect(form.status(of: code) == 200)
        #expect(try self.body(code, line) == "")
        let fields = try self.fields(Refusal(code), line, "Accept: text/html")
        #expect(fields.prefix(2) == ["grpc-status: \(status)", "grpc-message: \(code.detail)"])
        #expect(fields.contains("Content-Type: application/grpc"))
    }

    @Test("is never a success to a proxy that asks, and to nginx always 401 or 403", arguments: RefusalCode.allCases)
    func proxies(_ code: RefusalCode) throws {
        for line in ["Content-Type: application/grpc", "Accept: text/html", "Accept: */*"] {
            let (head, bytes) = try request([line])
            var buffer = ByteBuffer()
            buffer.append(bytes)
            let known: UInt16 = code.status == 401 ? 401 : 403
            #expect(RefusalForm(head, buffer, askedBy: .authRequest).status(of: code) == known)
            #expect(RefusalForm(head, buffer, askedBy: .forward).status(of: code) == code.status)
            #expect(RefusalForm(head, buffer, askedBy: .envoy).status(of: code) == code.status)
        }
    }

    @Test("says what is allowed, and how long to wait")
    func fields() throws {
        var refusal = Refusal(.methodNotAllowed)
        refusal.allow = Array("GET, HEAD".utf8)
        #expect(try self.fields(refusal) == ["Allow: GET, HEAD"] + Self.plain)
        // RFC 9110 15.5.6: the field must be there, also when nothing is allowed.
        #expect(try self.fields(Refusal(.methodNotAllowed)) == ["Allow: "] + Self.plain)
        #expect(try self.fields(Refusal(.overloaded)) == ["Retry-After: 5"] + Self.plain)
        #expect(try self.fields(Refusal(.upstreamFailed)) == Self.plain)
    }
}
