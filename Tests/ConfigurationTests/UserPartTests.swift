import Testing

@testable import Configuration

@Suite("The user in an address")
struct UserPartTests {
    @Test(
        "is not repeated",
        arguments: [
            ("http://me:word@a.example/path", "http://…@a.example/path"), ("http://me@a.example", "http://…@a.example"),
            ("//me:word@a.example", "//…@a.example"), ("me:word@a.example:80", "…@a.example:80"),
            ("http://me:wo@rd@a.example", "http://…@a.example"), ("http://me:wo/rd?#@a.example", "http://…@a.example"),
            ("redis://:word@10.0.0.1:6379", "redis://…@10.0.0.1:6379"),
            ("http://me:wörd@a.example", "http://…@a.example"),
        ]
    )
    func hidden(_ text: String, _ shown: String) {
        #expect(UserPart.hidden(in: text) == shown)
    }

    @Test(
        "leaves other texts as they are",
        arguments: ["", "alice@example.com", "/a:b@c", "http://a.example:80/", "@"]
    )
    func others(_ text: String) {
        #expect(UserPart.hidden(in: text) == text)
    }
}
