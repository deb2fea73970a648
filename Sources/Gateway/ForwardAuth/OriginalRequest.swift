import Bytes
import HTTP

/// The request that a proxy asks about: where its parts lie in the bytes of the one that asks.
///
/// Three families of fields may tell it. The first that is there is read, and must be whole; what the others say beside it
/// must be the same, since a field that the proxy does not set may be one that its client has sent.
struct OriginalRequest: Equatable {
    /// Nil: nobody told, and the policy says GET.
    var method: ByteRange?
    /// In origin form. Its path is judged when it is normalised.
    var target: ByteRange
    /// A valid authority.
    var host: ByteRange
    /// Nil: nobody told.
    var scheme: ForwardedScheme?
}

/// Why it cannot be told which request is asked about, and the field that is to blame.
enum OriginalRequestFault: Error, Equatable {
    case missing(FieldID), repeated(FieldID), malformed(FieldID), contradicted(FieldID)
    /// CONNECT.
    case tunnel(FieldID)

    /// For the operator, who has configured the proxy.
    var explanation: String {
        switch self {
        case .missing(let field): "\(field.name) is missing"
        case .repeated(let field): "\(field.name) is there more than once"
        case .malformed(let field): "\(field.name) is malformed"
        case .contradicted(let field): "\(field.name) contradicts another field"
        case .tunnel(let field): "\(field.name) is CONNECT"
        }
    }
}

extension OriginalRequest {
    /// What the fields of `head` tell.
    ///
    /// - Parameter assumesGET: Whether a missing `X-Original-Method` stands for GET.
    init(toldBy head: borrowing RequestHead, _ bytes: Span<UInt8>, assumesGET: Bool) throws(OriginalRequestFault) {
        let fields = OriginalFields(head, bytes)
        if let target = try fields.target(.xForwardedURI) {
            self.init(target: target, host: try fields.required(fields.host(.xForwardedHost), .xForwardedHost))
            self.method = try fields.required(fields.method(.xForwardedMethod), .xForwardedMethod)
            self.scheme = try fields.required(fields.scheme(.xForwardedProto), .xForwardedProto)
        } else {
            if let url = try fields.url(.xOriginalURL) {
                self.init(target: url.target, host: url.host)
                self.scheme = url.scheme
            } else if let target = try fields.target(.xOriginalURI) {
                guard !head.host.isEmpty else { throw .missing(.host) }
                self.init(target: target, host: head.host)
            } else {
                throw .missing(.xForwardedURI)
            }
            self.method = try fields.method(.xOriginalMethod)
            if self.method == nil && !assumesGET { throw .missing(.xOriginalMethod) }
        }
        try self.agree(with: fields)
    }

    /// What the head itself tells, when a prefix of `count` bytes is taken from its path.
    init(behindPrefixOf count: Int, _ head: borrowing RequestHead, _ bytes: Span<UInt8>) throws(OriginalRequestFault) {
        guard !head.host.isEmpty else { throw .missing(.host) }
        let start = head.path.indices.lowerBound + count
        self.init(target: ByteRange(start..<head.target.end), host: head.host)
        self.method = head.methodRange
        try self.agree(with: OriginalFields(head, bytes))
    }

    private init(target: ByteRange, host: ByteRange) {
        self.method = nil
        self.target = target
        self.host = host
        self.scheme = nil
    }

    // Each field that is there, of whichever family: for those that were read the comparison is with themselves.
    private mutating func agree(with fields: borrowing OriginalFields) throws(OriginalRequestFault) {
        for id in [FieldID.xForwardedMethod, .xOriginalMethod] {
            guard let method = try fields.method(id) else { continue }
            try fields.require(self.method.map { fields.areEqual(method, $0) } ?? fields.isGET(method), id)
        }
        for id in [FieldID.xForwardedURI, .xOriginalURI] {
            guard let target = try fields.target(id) else { continue }
            try fields.require(fields.areEqual(target, self.target), id)
        }
        try self.agree(on: fields.host(.xForwardedHost), fields, .xForwardedHost)
        // Its family has the Host of the question itself.
        if fields.contains(.xOriginalURI) { try self.agree(on: fields.ownHost, fields, .host) }
        try self.agree(on: fields.scheme(.xForwardedProto), fields, .xForwardedProto)
        guard let url = try fields.url(.xOriginalURL) else { return }
        try fields.require(fields.areEqual(url.target, self.target), .xOriginalURL)
        try self.agree(on: url.host, fields, .xOriginalURL)
        try self.agree(on: url.scheme, fields, .xOriginalURL)
    }

    private func agree(
        on host: ByteRange?,
        _ fields: borrowing OriginalFields,
        _ id: FieldID
    ) throws(OriginalRequestFault) {
        guard let host else { return }
        try fields.require(fields.areEqualIgnoringCase(host, self.host), id)
    }

    /// A scheme may be told by another family alone: that of `X-Original-URI` has none.
    private mutating func agree(
        on scheme: ForwardedScheme?,
        _ fields: borrowing OriginalFields,
        _ id: FieldID
    ) throws(OriginalRequestFault) {
        guard let scheme else { return }
        try fields.require(scheme == self.scheme ?? scheme, id)
        self.scheme = scheme
    }
}
