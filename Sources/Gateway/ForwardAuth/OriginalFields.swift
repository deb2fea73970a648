import Bytes
import HTTP

/// The fields that tell of another request, each read for itself: nil when it is not there, an error when it comes twice
/// or is malformed.
struct OriginalFields: ~Escapable {
    private let head: RequestHead
    private let bytes: Span<UInt8>

    @_lifetime(copy bytes)
    init(_ head: borrowing RequestHead, _ bytes: Span<UInt8>) {
        self.head = copy head
        self.bytes = bytes
    }

    func contains(_ id: FieldID) -> Bool { self.head.fields.contains(id) }

    /// `Host` of the question itself; nil in HTTP/1.0 without one.
    var ownHost: ByteRange? { self.head.host.isEmpty ? nil : self.head.host }

    /// A token; CONNECT asks for no resource that a route could have.
    func method(_ id: FieldID) throws(OriginalRequestFault) -> ByteRange? {
        guard let range = try self.single(id) else { return nil }
        let name = self.bytes.bytes(range)
        guard name.isToken, name.count <= RequestHead.maximumMethodBytes else { throw .malformed(id) }
        guard Method(name) != .connect else { throw .tunnel(id) }
        return range
    }

    /// One host. A comma, which a name may have by RFC 3986, parts those of several proxies here: repeated in one line.
    func host(_ id: FieldID) throws(OriginalRequestFault) -> ByteRange? {
        guard let range = try self.single(id) else { return nil }
        let host = self.bytes.bytes(range)
        guard host.firstPlace(of: UInt8(ascii: ","), from: 0) == host.count else { throw .repeated(id) }
        guard HostName.isValid(self.bytes.bytes(range)) else { throw .malformed(id) }
        return range
    }

    func scheme(_ id: FieldID) throws(OriginalRequestFault) -> ForwardedScheme? {
        guard let range = try self.single(id) else { return nil }
        guard let scheme = ForwardedScheme(self.bytes.bytes(range)) else { throw .malformed(id) }
        return scheme
    }

    /// A path, with or without a query.
    func target(_ id: FieldID) throws(OriginalRequestFault) -> ByteRange? {
        guard let range = try self.single(id) else { return nil }
        try self.checkTarget(range, id)
        return range
    }

    /// `scheme "://" authority path-abempty [ "?" query ]`, of which the path is at least `/`.
    func url(_ id: FieldID) throws(OriginalRequestFault) -> OriginalURL? {
        guard let range = try self.single(id) else { return nil }
        let url = range.indices
        let colon = self.bytes.firstPlace(of: UInt8(ascii: ":"), from: url.lowerBound)
        guard colon + 3 < url.upperBound, self.bytes.extracting(colon..<colon + 3).equals("://"),
            let scheme = ForwardedScheme(self.bytes.extracting(url.lowerBound..<colon))
        else { throw .malformed(id) }
        let path = Swift.min(self.bytes.firstPlace(of: UInt8(ascii: "/"), from: colon + 3), url.upperBound)
        guard HostName.isValid(self.bytes.extracting(colon + 3..<path)) else { throw .malformed(id) }
        let target = ByteRange(path..<url.upperBound)
        try self.checkTarget(target, id)
        return OriginalURL(scheme: scheme, host: ByteRange(colon + 3..<path), target: target)
    }

    func required<Value>(_ value: Value?, _ id: FieldID) throws(OriginalRequestFault) -> Value {
        guard let value else { throw .missing(id) }
        return value
    }

    // MARK: - Comparing

    func require(_ areTheSame: Bool, _ id: FieldID) throws(OriginalRequestFault) {
        guard areTheSame else { throw .contradicted(id) }
    }

    func areEqual(_ one: ByteRange, _ other: ByteRange) -> Bool {
        self.bytes.bytes(one).equals(self.bytes.bytes(other))
    }

    func areEqualIgnoringCase(_ one: ByteRange, _ other: ByteRange) -> Bool {
        self.bytes.bytes(one).equalsIgnoringCase(self.bytes.bytes(other))
    }

    func isGET(_ method: ByteRange) -> Bool { Method(self.bytes.bytes(method)) == .get }

    // MARK: - Private details

    private func single(_ id: FieldID) throws(OriginalRequestFault) -> ByteRange? {
        guard let range = self.head.fields.value(of: id) else { return nil }
        guard self.head.fields.count(of: id) == 1 else { throw .repeated(id) }
        guard !range.isEmpty else { throw .malformed(id) }
        return range
    }

    // No request line could have white space in its target. The path is judged when it is normalised.
    private func checkTarget(_ range: ByteRange, _ id: FieldID) throws(OriginalRequestFault) {
        let target = self.bytes.bytes(range)
        guard !target.isEmpty, target[0] == UInt8(ascii: "/"), target.firstSpaceOrLower(from: 0) == target.count else {
            throw .malformed(id)
        }
    }
}

/// `X-Original-URL`, taken apart.
struct OriginalURL {
    let scheme: ForwardedScheme
    let host: ByteRange
    let target: ByteRange
}
