internal import Bytes
internal import HTTP

/// Where a browser may be sent after sign-in and sign-out: a path of the gateway itself, or an origin of `return_to`.
///
/// What browsers make of an odd address differs, so that only plain ones are taken: visible ASCII, no backslash, no empty
/// and no dot segment in the path, no user before the host. Nothing is repaired: another target is refused. Sign-in's own
/// paths lead nowhere but to more of it, round and round: the start page stands for them.
struct ReturnTarget: Sendable, Equatable {
    /// What `Location` says: a path with its query, or an absolute address on a listed origin.
    let location: String

    /// The longest that is taken, so that the flow cookie has room for it.
    static let maximumByteCount = 1500

    /// Where nobody said where.
    static let start = ReturnTarget(checked: "/")

    private init(checked location: String) { self.location = location }

    /// Nil for a target that is not allowed.
    init?(_ text: String, baseURL: BaseURL, origins: [BaseURL]) {
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
        guard isPlain, !text.isEmpty, text.utf8.count <= Self.maximumByteCount else { return nil }
        if text.hasPrefix("/") {
            guard Self.isPlain(path: text) else { return nil }
            self.location = Self.isOfSignIn(path: text) ? Self.start.location : text
            return
        }
        guard let uri = URI(text), let authority = uri.authority,
            let origin = BaseURL("\(uri.scheme)://\(authority)"),
            origin == baseURL || origins.contains(origin)
        else { return nil }
        let rest = String(
            decoding: text.utf8.dropFirst(uri.scheme.utf8.count + 3 + authority.utf8.count),
            as: UTF8.self
        )
        guard rest.isEmpty || Self.isPlain(path: rest) else { return nil }
        guard origin != baseURL || !Self.isOfSignIn(path: rest) else {
            self = .start
            return
        }
        // Written anew from its parts: what was compared is what is sent.
        self.location = origin.text + (rest.isEmpty ? "/" : rest)
    }

    // MARK: - Private details

    /// Whether a path, with what stands behind it, is one that nobody reads in two ways.
    private static func isPlain(path text: String) -> Bool {
        guard text.hasPrefix("/") else { return false }
        let end = text.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? text.endIndex
        let path = text.utf8[..<end]
        let segments = path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        // A final slash leaves one empty segment at the end.
        for (index, segment) in segments.enumerated() {
            if segment.isEmpty && index < segments.count - 1 { return false }
            if self.hasSpecialMeaning(Array(segment)) { return false }
        }
        return true
    }

    /// Whether a path is below that of sign-in, also when somebody decodes it twice.
    private static func isOfSignIn(path: String) -> Bool {
        let end = path.utf8.dropFirst().firstIndex { "/?#".utf8.contains($0) } ?? path.endIndex
        var reading = Array(path.utf8[..<end])
        for _ in 0...2 {
            if reading.elementsEqual(LoginSettings.builtInPath.utf8) { return true }
            reading = self.decoded(reading)
        }
        return false
    }

    /// Dots alone, and slashes or controls in disguise: also when somebody decodes them twice.
    private static func hasSpecialMeaning(_ segment: [UInt8]) -> Bool {
        var reading = segment
        for _ in 0...2 {
            let isDots = !reading.isEmpty && reading.count <= 2 && reading.allSatisfy { $0 == UInt8(ascii: ".") }
            if isDots || reading.contains(where: Self.isForbidden) { return true }
            reading = self.decoded(reading)
        }
        return false
    }

    private static func isForbidden(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "/")
    }

    private static func decoded(_ text: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "%"), index + 2 < text.count, let high = text[index + 1].hexadecimalValue,
                let low = text[index + 2].hexadecimalValue
            {
                bytes.append(high << 4 | low)
                index += 3
            } else {
                bytes.append(text[index])
                index += 1
            }
        }
        return bytes
    }
}
