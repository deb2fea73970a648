internal import Bytes
public import JOSE

/// What an endpoint answers. Framing, `Date` and the gateway's own fields come later.
public struct EndpointAnswer: Sendable {
    public private(set) var status: UInt16
    public private(set) var fields: [(name: StaticString, value: String)] = []
    public private(set) var body: [UInt8] = []
    /// Nil for a good answer, and for one in the form of an RFC.
    public private(set) var refusal: EndpointRefusal?

    public init(status: UInt16) { self.status = status }

    /// A page, with its fields.
    public init(status: UInt16 = 200, page: Page) {
        self.status = status
        for field in page.fields { self.add(field.name, field.value) }
        self.body = page.body
    }

    /// JSON that nobody keeps (RFC 6749, section 5.1).
    public init(status: UInt16 = 200, json: JSONValue) {
        self.init(status: status, json: json.encoded())
    }

    /// Finished JSON that nobody keeps.
    public init(status: UInt16 = 200, json: [UInt8]) {
        self.status = status
        self.add("Content-Type", "application/json")
        self.add("Cache-Control", "no-store")
        self.body = json
    }

    /// A public document that others may keep for `maximumAge` seconds.
    public init(document json: [UInt8], maximumAge: Int64) {
        self.status = 200
        self.add("Content-Type", "application/json")
        self.add("Cache-Control", "max-age=\(maximumAge)")
        self.body = json
    }

    /// After a POST 303, so that the browser asks with GET and without the body (RFC 9700, section 4.12).
    public init(seeOther location: String) {
        self.status = 303
        self.add("Location", location)
        self.add("Cache-Control", "no-store")
        self.add("Referrer-Policy", "no-referrer")
    }

    /// Adds a field. A value with a byte that could end the line turns the answer into 500: nothing of it is sent.
    public mutating func add(_ name: StaticString, _ value: String) {
        guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            self.status = 500
            self.fields = []
            self.body = []
            return
        }
        self.fields.append((name, value))
    }

    /// The same as a refusal, which the access log names.
    public func refusing(_ refusal: EndpointRefusal) -> EndpointAnswer {
        var answer = self
        answer.refusal = refusal
        return answer
    }

    public func adding(_ name: StaticString, _ value: String) -> EndpointAnswer {
        var answer = self
        answer.add(name, value)
        return answer
    }
}
