internal import Bytes

/// A path of this server, with its query: where a form is posted to and where a link leads that stays here.
public struct PagePath: Sendable, Hashable {
    public let text: String

    /// Nil unless it begins with exactly one `/` and has nothing in it but visible ASCII without a quote or a backslash:
    /// browsers take `//host` and `/\host` for another server.
    public init?(_ text: String) {
        guard text.utf8.first == UInt8(ascii: "/"), text.utf8.allSatisfy(\.isUsualInAddress) else { return nil }
        guard text.utf8.dropFirst().first != UInt8(ascii: "/") else { return nil }
        self.text = text
    }

    /// A path of the program's own.
    public init(fixed text: StaticString) {
        guard let path = PagePath("\(text)") else { preconditionFailure("\(text) is no path") }
        self = path
    }
}

extension UInt8 {
    /// Visible ASCII without those that end an attribute, open an element or are read differently by browsers and servers.
    var isUsualInAddress: Bool {
        switch self {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"),
            UInt8(ascii: "`"):
            false
        default: self > 0x20 && self < 0x7F
        }
    }
}
