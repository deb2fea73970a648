import Cryptography

// Spans do not pass through the macros of Swift Testing; arrays do.

extension Signer {
    func sign(_ message: [UInt8]) -> [UInt8] { self.sign(message.span) }
}

extension SignatureVerifier {
    func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        self.verifies(signature.span, of: message.span)
    }
}

extension MessageAuthentication {
    func code(for message: [UInt8]) -> [UInt8] { self.code(for: message.span) }

    func verifies(_ code: [UInt8], of message: [UInt8]) -> Bool { self.verifies(code.span, of: message.span) }
}

extension Digest {
    func hash(_ text: String) -> [UInt8] { self.hash(text.utf8Span.span) }
}

extension DigestContext {
    func hash(_ text: String) -> [UInt8] { self.hash(text.utf8Span.span) }
}

extension PublicKey {
    convenience init(pem: [UInt8]) throws { try self.init(pem: pem.span) }
}

extension PrivateKey {
    convenience init(pem: [UInt8]) throws { try self.init(pem: pem.span) }

    convenience init(pkcs8: [UInt8]) throws { try self.init(pkcs8: pkcs8.span) }
}
