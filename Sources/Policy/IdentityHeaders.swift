public import Bytes
public import JOSE
public import OAuth

/// What one `identity.headers` tells the upstream about a token: ready header lines.
///
/// A table has one for each distinct configuration; the result may be kept with the token under its place. Equal ones tell
/// the same: every text in it is compared byte by byte.
public struct IdentityHeaders: Hashable {
    /// More would not fit what servers take for one field; the reference has the bound.
    public static let maximumValueBytes = 4096

    private let headers: [Header]

    private struct Header: Hashable {
        var name: [UInt8]
        var source: IdentitySource
    }

    init(_ settings: [IdentityHeaderSettings]) {
        self.headers = settings.map { Header(name: Array($0.name.utf8), source: $0.source) }
    }

    /// Appends `Name: value` lines, each with its CRLF.
    ///
    /// Returns `claimMismatch`, with nothing appended, if a value cannot be carried as it is: it has a control byte, white
    /// space at an end (RFC 9110 5.5 has it removed, and `admin ` would arrive as `admin`), or more than 4 KiB.
    public func append(_ principal: Principal, to buffer: inout ByteBuffer) -> RefusalCode? {
        self.append(claims: principal.claims, scopes: principal.scopeWords, to: &buffer)
    }

    /// The same for claims that no token proved: what an explanation shows.
    public func append(claims: JSONValue, scopes: [String], to buffer: inout ByteBuffer) -> RefusalCode? {
        let start = buffer.count
        for header in self.headers {
            guard let value = Self.value(of: header.source, claims, scopes) else { continue }
            guard Self.isSendable(value.utf8Span.span) else {
                buffer.removeLast(buffer.count - start)
                return .claimMismatch
            }
            buffer.append(header.name)
            buffer.append(": ")
            buffer.append(text: value)
            buffer.append("\r\n")
        }
        return nil
    }

    private static func isSendable(_ value: Span<UInt8>) -> Bool {
        guard value.count <= Self.maximumValueBytes else { return false }
        guard !value.isEmpty else { return true }
        if value[0] == UInt8(ascii: " ") || value[value.count - 1] == UInt8(ascii: " ") { return false }
        for index in value.indices where value[index] < 0x20 || value[index] == 0x7f { return false }
        return true
    }
}

// MARK: - Values

extension IdentityHeaders {
    /// Nil: no header is sent.
    private static func value(of source: IdentitySource, _ claims: JSONValue, _ scopes: [String]) -> String? {
        switch source {
        case .scopes:
            return scopes.isEmpty ? nil : scopes.joined(separator: " ")
        case .claims(let selectors):
            for selector in selectors {
                guard let claim = selector.value(in: claims), claim != .null else { continue }
                return Self.text(of: claim)
            }
            return nil
        }
    }

    private static func text(of claim: JSONValue) -> String? {
        switch claim {
        case .string(let text): return text
        case .bool, .integer, .real: return claim.jsonText
        case .array(let elements):
            let texts = elements.compactMap(Self.element)
            return texts.isEmpty ? nil : texts.joined(separator: ",")
        case .null, .object: return nil
        }
    }

    /// An element of a list, such that the list can be taken apart again at its commas. Lists and objects in it are not sent.
    private static func element(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text.replacing("%", with: "%25").replacing(",", with: "%2C")
        case .bool, .integer, .real: value.jsonText
        case .null, .array, .object: nil
        }
    }
}
