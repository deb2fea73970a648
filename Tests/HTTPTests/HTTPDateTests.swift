import HTTP
import Testing

@Suite("Dates of answers")
struct HTTPDateTests {
    // RFC 9110 5.6.7 has the second one as its example.
    @Test(
        "are read as they are written",
        arguments: [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199), ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
        ] as [(String, Int64)]
    )
    func dates(_ text: String, _ seconds: Int64) {
        #expect(HTTPDate.seconds(text.utf8Span.span) == seconds)
        #expect(HTTPDate.text(seconds) == text)
    }

    @Test(
        "that do not exist, or are written in another way, are none",
        arguments: [
            "", "Sun, 06 Nov 1994 08:49:37 UTC", "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:49:3x GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994", "Fri, 06 Nov 1664 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
        ]
    )
    func noDates(_ text: String) {
        #expect(HTTPDate.seconds(text.utf8Span.span) == nil)
    }
}
