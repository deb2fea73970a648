internal import Bytes
internal import JOSE

/// A token taken apart, of which nothing is believed yet.
struct UnverifiedToken {
    let header: JOSEHeader
    let claims: JSONValue
    let registered: RegisteredClaims
    /// Where in the token lies what was signed.
    let signingInput: Range<Int>
    /// Where in the buffer lies the decoded signature.
    let signature: Range<Int>

    /// Decodes `token` into `buffer` and reads it. Nothing is allocated before all three parts are base64url.
    init(_ token: Span<UInt8>, buffer: inout [UInt8], headers: inout HeaderMemory) throws(TokenRejection) {
        guard let parts = CompactJWS(token) else { throw .malformed(.parts) }
        let known = headers.header(for: token.extracting(parts.header))
        let header = known == nil ? try Self.decode(token.extracting(parts.header), into: &buffer, at: 0) : 0..<0
        let payload = try Self.decode(token.extracting(parts.payload), into: &buffer, at: header.upperBound)
        self.signature = try Self.decode(token.extracting(parts.signature), into: &buffer, at: payload.upperBound)
        self.signingInput = parts.signingInput
        do throws(TokenFault) {
            if let known {
                self.header = known
            } else {
                self.header = try Self.header(buffer.span.extracting(header))
                headers.remember(self.header, for: token.extracting(parts.header))
            }
            self.claims = try Self.claims(buffer.span.extracting(payload))
            guard let members = self.claims.members else { throw .payloadNotAnObject }
            self.registered = try RegisteredClaims(members)
        } catch {
            throw .malformed(error)
        }
    }

    private static func decode(_ text: Span<UInt8>, into buffer: inout [UInt8], at offset: Int)
        throws(TokenRejection) -> Range<Int>
    {
        guard let count = Base64URL.decode(text, into: &buffer, at: offset) else { throw .malformed(.encoding) }
        return offset..<offset + count
    }

    private static func header(_ text: Span<UInt8>) throws(TokenFault) -> JOSEHeader {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: text)
        } catch {
            throw .headerNotJSON(error)
        }
        do {
            return try JOSEHeader(json)
        } catch {
            throw .header(error)
        }
    }

    private static func claims(_ text: Span<UInt8>) throws(TokenFault) -> JSONValue {
        do {
            return try JSONValue(parsing: text)
        } catch {
            throw .payloadNotJSON(error)
        }
    }
}
