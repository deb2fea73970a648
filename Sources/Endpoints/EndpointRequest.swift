public import Bytes
public import HTTP

/// A request to an endpoint as a value, which may go to another thread.
public struct EndpointRequest: Sendable {
    /// A form of the longest key set that a client registers, and more than any other has.
    public static let maximumBodyByteCount = 64 * 1024

    public var method: Method
    /// As the client named it, without port and in lower case; empty if it named none.
    public var host = ""
    /// Whether the client came by https, to the gateway or to a trusted proxy before it.
    public var isSecure = false
    /// Without the question mark.
    public var query: [UInt8] = []
    public var body: [UInt8] = []
    /// Each line of `Authorization`.
    public var authorization: [String] = []
    public var contentType: String?
    /// Each line of `Cookie`.
    public var cookies: [[UInt8]] = []
    public var origin: String?
    public var fetchSite: String?
    /// Each line of `DPoP` (RFC 9449, section 4.3).
    public var proofs: [String] = []
    public var acceptLanguage: [String] = []
    public var userAgent: String?
    /// `Access-Control-Request-Method`: with OPTIONS it makes a preflight.
    public var requestedMethod: String?
    /// Whether a field came twice that may be there once (RFC 9110, section 5.3). Which of the two counts is open, so that
    /// neither does: the request is refused.
    public var repeatsField = false
    /// Nil behind a Unix socket.
    public var client: IPAddress?
    public var requestID: String

    public init(method: Method, requestID: String) {
        self.method = method
        self.requestID = requestID
    }

    /// The client's address for people and logs; empty behind a Unix socket.
    public var clientText: String { self.client?.description ?? "" }

    /// The value of a cookie. Nil if there is none of this name, and if there are two: of those only one can be ours, and
    /// which is not told.
    public func cookie(named name: String) -> [UInt8]? {
        var value = ByteBuffer()
        return self.append(cookie: Array(name.utf8), to: &value) == 1 ? value.span.array : nil
    }

    /// Appends the value of the cookie of that name, and says how many there are.
    public func append(cookie name: [UInt8], to text: inout ByteBuffer) -> Int {
        var count = 0
        for line in self.cookies {
            let match = Cookies.find(name.span, in: line.span)
            count += match.count
            if let cookie = match.first { text.append(line.span.extracting(cookie.value)) }
        }
        return count
    }

    /// The form in the body. Throws for another type, too.
    public func form() throws(ParametersFault) -> Parameters {
        guard let contentType = self.contentType, Self.isForm(contentType) else { throw .noForm }
        return try Parameters(parsing: self.body)
    }

    /// What a page that answers this request needs, in the language that the browser likes best. `ui_locales` (OpenID
    /// Connect Core, section 3.1.2.1) come first.
    public func pageContext(
        of service: WebOrigin,
        in template: PageTemplate?,
        uiLocales: String? = nil
    ) -> PageContext {
        var accept = Language.acceptable
        for line in self.acceptLanguage { accept.read(line.utf8Span.span) }
        let language = Language.preferred(uiLocales: uiLocales, accept: accept)
        return PageContext(language: language, service: service, template: template)
    }

    private static func isForm(_ contentType: String) -> Bool {
        let type = contentType.utf8.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
        return Array(type).span.equalsIgnoringCase("application/x-www-form-urlencoded")
    }
}
