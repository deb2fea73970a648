internal import Bytes

extension SecretKey {
    /// Whether a secret looks like something a person wrote: words, a phrase, a few letters again and again.
    ///
    /// RFC 8725, section 3.5: human-memorable passwords must not be keys. This is a warning sign and no measure of entropy;
    /// what a random generator prints in hexadecimal, base64 or letters and digits passes.
    public static func isGuessable(_ bytes: [UInt8]) -> Bool {
        guard Set(bytes).count >= self.minimumDistinctBytes else { return true }
        guard bytes.allSatisfy({ 0x20..<0x7F ~= $0 }) else { return false }
        return !bytes.contains(where: \.isDigit) && self.hasCaseOfWords(bytes) || self.isPhrase(bytes)
    }

    /// 32 random bytes have 30 different values, 64 random hexadecimal digits 15.
    private static let minimumDistinctBytes = 10

    /// Upper case only where a word begins, or everywhere.
    private static func hasCaseOfWords(_ bytes: [UInt8]) -> Bool {
        let letters = bytes.filter(\.isLetter)
        if letters.allSatisfy(\.isUpperCase) { return true }
        return zip(bytes, bytes.dropFirst()).allSatisfy { previous, byte in !(previous.isLetter && byte.isUpperCase) }
    }

    /// Words with something between them. Of random base64url four letters in ten are of lower case.
    private static func isPhrase(_ bytes: [UInt8]) -> Bool {
        let separators = bytes.count { [0x20, 0x2D, 0x2E, 0x5F].contains($0) }
        let lowerCase = bytes.count { $0.isLetter && !$0.isUpperCase }
        return separators >= 2 && lowerCase * 10 > bytes.count * 6
    }
}
