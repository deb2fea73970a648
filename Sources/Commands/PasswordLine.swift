internal import Cryptography
internal import Glibc

/// A password as one line of input.
package enum PasswordLine {
    package enum Fault: Error, Equatable {
        /// The input ended before there was anything.
        case nothing
        /// Longer than any password that can be hashed.
        case tooLong
        case notText
        /// A signal came in between: whoever types wants to stop.
        case interrupted
        /// `errno`.
        case failed(Int32)
    }

    /// Reads up to the end of a line, which is not part of it, and nothing beyond: what follows is for others. Files of Windows
    /// have a carriage return before it, which nobody types at a sign-in.
    package static func read(from descriptor: Int32) throws(Fault) -> String {
        var bytes: [UInt8] = []
        var isEnded = false
        while let byte = try self.byte(from: descriptor) {
            isEnded = byte == UInt8(ascii: "\n")
            if isEnded { break }
            guard bytes.count < PasswordHash.maximumPasswordByteCount else { throw .tooLong }
            bytes.append(byte)
        }
        guard isEnded || !bytes.isEmpty else { throw .nothing }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText }
        return text
    }

    /// Nil at the end of the input.
    private static func byte(from descriptor: Int32) throws(Fault) -> UInt8? {
        var byte: UInt8 = 0
        let count = Glibc.read(descriptor, &byte, 1)
        guard count >= 0 else { throw errno == EINTR ? .interrupted : .failed(errno) }
        return count == 0 ? nil : byte
    }
}

extension PasswordLine.Fault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .nothing: "no password: write one line to standard input"
        case .tooLong: "the password is longer than \(PasswordHash.maximumPasswordByteCount) bytes"
        case .notText: "the password is not UTF-8"
        case .interrupted: "interrupted"
        case .failed(let code): "the password cannot be read: \(String(cString: strerror(code)))"
        }
    }
}
