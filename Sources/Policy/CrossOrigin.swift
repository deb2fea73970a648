public import Bytes
import HTTP

/// `cors` of a route, compiled: what pages of other origins may do, by the Fetch standard (section 3.2, HTTP extensions).
public struct CrossOrigin: Sendable, Hashable {
    private let origins: [[UInt8]]
    /// `*`, which is never said to requests with credentials.
    private let allowsAnyOrigin: Bool
    /// `Access-Control-Allow-Credentials`.
    private let credentials: [UInt8]
    /// `Access-Control-Expose-Headers`.
    private let exposed: [UInt8]
    /// `Access-Control-Allow-Headers`; empty: what the preflight asks for.
    private let allowedHeaders: [UInt8]
    /// `Access-Control-Max-Age`.
    private let maximumAge: [UInt8]

    init(_ settings: CORSSettings) {
        self.origins = settings.origins.map { Array($0.utf8) }
        self.allowsAnyOrigin = settings.origins.contains("*") && !settings.credentials
        self.credentials = settings.credentials ? Self.line("Allow-Credentials: true") : []
        self.exposed = settings.exposed.isEmpty ? [] : Self.line("Expose-Headers: " + Self.list(settings.exposed))
        let echoes = settings.headers.isEmpty || settings.headers.contains("*")
        self.allowedHeaders = echoes ? [] : Self.line("Allow-Headers: " + Self.list(settings.headers))
        self.maximumAge = settings.maximumAge.map { Self.line("Max-Age: \($0.components.seconds)") } ?? []
    }

    /// Whether pages of this origin may read answers. Origins are compared byte by byte (RFC 6454 6.2).
    public func allows(_ origin: Span<UInt8>) -> Bool {
        self.allowsAnyOrigin ? !origin.isEmpty : self.names(origin)
    }

    /// Whether this very origin is listed. `*` lists none.
    func names(_ origin: Span<UInt8>) -> Bool {
        for allowed in self.origins where origin.equals(allowed.span) { return !origin.equals("*") }
        return false
    }

    /// Appends what an answer needs so that a page may read it; refusals too. `origin` is empty if the request has none.
    ///
    /// The upstream's own fields of this kind are dropped before, see `isAnswerField`.
    public func appendAnswerFields(origin: Span<UInt8>, to buffer: inout ByteBuffer) {
        // Caches must not hand one origin's answer to another; not even one that was given to no origin at all.
        if !self.allowsAnyOrigin { buffer.append("Vary: Origin\r\n") }
        guard self.allows(origin) else { return }
        self.appendOrigin(origin, to: &buffer)
        buffer.append(self.exposed)
    }

    /// Appends the fields of the 204 that answers a preflight of an allowed origin.
    ///
    /// - Parameters:
    ///   - methods: What `Access-Control-Allow-Methods` says.
    ///   - requestedHeaders: `Access-Control-Request-Headers`; empty if there is none.
    func appendPreflightFields(
        origin: Span<UInt8>,
        methods: [UInt8],
        requestedHeaders: Span<UInt8>,
        to buffer: inout ByteBuffer
    ) {
        buffer.append("Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers\r\n")
        self.appendOrigin(origin, to: &buffer)
        buffer.append("Access-Control-Allow-Methods: ")
        buffer.append(methods)
        buffer.append("\r\n")
        buffer.append(self.allowedHeaders)
        if self.allowedHeaders.isEmpty && requestedHeaders.isListOfTokens {
            buffer.append("Access-Control-Allow-Headers: ")
            buffer.append(requestedHeaders)
            buffer.append("\r\n")
        }
        buffer.append(self.maximumAge)
    }

    /// Whether an upstream's field is dropped on a route with `cors`, where the gateway alone speaks to pages.
    public static func isAnswerField(_ name: Span<UInt8>) -> Bool {
        let prefix: StaticString = "access-control-"
        guard name.count > prefix.utf8CodeUnitCount else { return false }
        return name.extracting(0..<prefix.utf8CodeUnitCount).equalsIgnoringCase(prefix)
    }

    private func appendOrigin(_ origin: Span<UInt8>, to buffer: inout ByteBuffer) {
        buffer.append("Access-Control-Allow-Origin: ")
        if self.allowsAnyOrigin { buffer.append("*") } else { buffer.append(origin) }
        buffer.append("\r\n")
        buffer.append(self.credentials)
    }

    private static func line(_ rest: String) -> [UInt8] { Array("Access-Control-\(rest)\r\n".utf8) }

    private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}

extension Span<UInt8> {
    /// Whether this is a list of tokens (RFC 9110 5.6.1), and not an empty one.
    fileprivate var isListOfTokens: Bool {
        var hasToken = false
        for index in self.indices {
            let byte = self[index]
            if byte.isTokenCharacter { hasToken = true }
            guard byte.isTokenCharacter || byte == UInt8(ascii: ",") || byte == UInt8(ascii: " ") else { return false }
        }
        return hasToken
    }
}
