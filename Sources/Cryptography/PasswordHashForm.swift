internal import Bytes

/// What the text of a password hash says of itself before its checksum (crypt(5)).
enum PasswordHashForm: Sendable, Equatable {
    case bcrypt
    case yescrypt

    /// 2^16 rounds take about six seconds. More would let one sign-in hold a thread for minutes.
    static let bcryptCosts = 4...16
    /// The exponent of yescrypt's blocks, of 1 KiB (`5`) or 4 KiB (`T`): up to 2^15, which is 128 MiB.
    static let yescryptExponents = 4...15

    /// Throws `unknownForm` or `tooCostly`.
    init(_ text: String) throws(PasswordHashError) {
        let parts = text.utf8.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false).map { Array($0) }
        // The text begins with the sign that parts it.
        guard parts.count > 3, parts[0].isEmpty else { throw .unknownForm }
        switch String(decoding: parts[1], as: UTF8.self) {
        case "2a", "2b", "2y":
            try Self.checkBcrypt(Array(parts[2...]))
            self = .bcrypt
        case "y":
            try Self.checkYescrypt(Array(parts[2...]))
            self = .yescrypt
        default:
            throw .unknownForm
        }
    }

    /// The letters at the end that depend on the password.
    var checksumByteCount: Int {
        switch self {
        case .bcrypt: Self.bcryptChecksumByteCount
        case .yescrypt: Self.yescryptChecksumByteCount
        }
    }

    var maximumPasswordByteCount: Int {
        switch self {
        case .bcrypt: PasswordHash.maximumBcryptByteCount
        case .yescrypt: PasswordHash.maximumPasswordByteCount
        }
    }

    // MARK: - Private details

    /// 23 bytes and 32 bytes in letters of six bits.
    private static let bcryptChecksumByteCount = 31
    private static let yescryptChecksumByteCount = 43
    /// 16 bytes. libxcrypt takes up to 64 for yescrypt.
    private static let bcryptSaltByteCount = 22
    private static let yescryptSaltByteCounts = 1...86

    /// `12$` and 53 letters.
    private static func checkBcrypt(_ parts: [[UInt8]]) throws(PasswordHashError) {
        guard parts.count == 2, parts[0].count == 2, parts[0].allSatisfy(\.isDigit),
            parts[1].count == self.bcryptSaltByteCount + self.bcryptChecksumByteCount,
            parts[1].allSatisfy(self.isLetter)
        else { throw .unknownForm }
        let cost = Int(parts[0][0] - 0x30) * 10 + Int(parts[0][1] - 0x30)
        guard cost >= self.bcryptCosts.lowerBound else { throw .unknownForm }
        guard cost <= self.bcryptCosts.upperBound else { throw .tooCostly }
    }

    /// `j9T$`, salt, `$` and 43 letters. `j` is yescrypt's own flavour, the next letter the number of blocks, the third
    /// their size; libxcrypt writes two sizes. Further letters would ask for more time, more threads or a ROM.
    private static func checkYescrypt(_ parts: [[UInt8]]) throws(PasswordHashError) {
        guard parts.count == 3, parts[0].count == 3, parts[0][0] == UInt8(ascii: "j"),
            parts[0][2] == UInt8(ascii: "5") || parts[0][2] == UInt8(ascii: "T"),
            let value = self.letters.firstIndex(of: parts[0][1]),
            self.yescryptSaltByteCounts.contains(parts[1].count), parts[1].allSatisfy(self.isLetter),
            parts[2].count == self.yescryptChecksumByteCount, parts[2].allSatisfy(self.isLetter)
        else { throw .unknownForm }
        // The first letter stands for 2^1.
        let exponent = value + 1
        guard exponent >= self.yescryptExponents.lowerBound else { throw .unknownForm }
        guard exponent <= self.yescryptExponents.upperBound else { throw .tooCostly }
    }

    /// crypt(5)'s own base64.
    private static let letters = Array("./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte.isLetterOrDigit || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/")
    }
}
