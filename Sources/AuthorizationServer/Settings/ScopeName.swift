internal import Bytes
internal import JOSE

/// The names of scopes.
public enum ScopeName {
    /// Those with a meaning of their own (OpenID Connect Core, sections 5.4 and 11), whose words are ours.
    public static let builtIn = ["openid", "profile", "email", "offline_access"]

    /// `scope-token` of RFC 6749, section 3.3: visible ASCII without `"` and `\`.
    public static func isValid(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
    }
}

extension JSONObjectText {
    /// `scope`, where there is one: the grammar has no empty list (RFC 6749, section 3.3).
    mutating func add(scopes: [String]) {
        if !scopes.isEmpty { self.add("scope", joined: scopes) }
    }
}

extension [JSONMember] {
    /// `scope`, likewise.
    mutating func append(scopes: [String]) {
        guard !scopes.isEmpty else { return }
        self.append(JSONMember(name: "scope", value: .string(scopes.joined(separator: " "))))
    }
}

extension AuthorizationServerSettings {
    /// Whether a client may be given the scope of that name.
    public func hasScope(_ name: String) -> Bool {
        ScopeName.builtIn.contains { $0.hasSameBytes(as: name) }
            || self.scopes.contains { $0.name.hasSameBytes(as: name) }
    }

    /// Whether its tokens can have that audience.
    public func hasAudience(_ name: String) -> Bool { self.audiences.contains { $0.hasSameBytes(as: name) } }
}
