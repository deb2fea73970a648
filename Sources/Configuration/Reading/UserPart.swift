internal import Bytes

/// The user and the password that somebody writes before the host of an address, which no message repeats.
package enum UserPart {
    /// `text` with `…` for them. What only looks as if it had them loses them too.
    package static func hidden(in text: String) -> String {
        guard let end = text.utf8.lastIndex(of: UInt8(ascii: "@")) else { return text }
        guard let start = self.start(in: text[..<end]) else { return text }
        return text[..<start] + "…" + text[end...]
    }

    /// Behind the `//` of an address. Without one a user counts with a password alone: others are addresses of people.
    private static func start(in text: Substring) -> String.Index? {
        if let slashes = String(text).range(ofText: "//") { return slashes.upperBound }
        let isPair = text.utf8.contains(UInt8(ascii: ":")) && !text.utf8.contains(UInt8(ascii: "/"))
        return isPair ? text.startIndex : nil
    }
}
