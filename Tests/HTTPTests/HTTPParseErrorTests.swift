import HTTP
import Testing

@Suite("Codes of broken messages")
struct HTTPParseErrorTests {
    @Test("are those of the reference", arguments: HTTPParseError.allCases)
    func codes(_ reason: HTTPParseError) {
        let expected: (String, UInt16) =
            switch reason {
            case .targetTooLong: ("target_too_long", 414)
            case .headerBytesTooLarge, .headerCountTooLarge: ("headers_too_large", 431)
            case .expectationFailed: ("expectation_failed", 417)
            case .connectNotImplemented, .methodTooLong, .unknownTransferCoding: ("not_implemented", 501)
            case .versionNotSupported: ("version_not_supported", 505)
            default: ("request_malformed", 400)
            }
        #expect("\(reason.code.name)" == expected.0)
        #expect(reason.status == expected.1)
    }

    @Test(
        "have phrases",
        arguments: [(200, "OK"), (404, "Not Found"), (431, "Request Header Fields Too Large"), (299, "")]
    )
    func phrases(_ status: UInt16, _ phrase: String) {
        #expect("\(StatusPhrase.of(status))" == phrase)
    }
}
