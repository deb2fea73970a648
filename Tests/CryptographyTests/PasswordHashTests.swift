import Cryptography
import Testing

@Suite("Password hashes")
struct PasswordHashTests {
    /// From libxcrypt's table of known answers, and the vectors of Openwall's crypt_blowfish.
    static let published: [(String, String)] = [
        ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("U*U*", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"),
        ("U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"),
        ("", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"),
        ("U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("pleaseletmein", "$2b$04$CCCCCCCCCCCCCCCCCCCCC.3WPQy/x8EhyouO1Eia.f.CS216k/lTq"),
        (
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
            "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui"
        ),
        ("THE YEAR", "$y$j75$LdJMENpBABJJ3hIHjB1Bi.$s0qvYYdO0C7xT6wRA3w1OvwQN1QFKFzQOjgDrNuprK6"),
        ("THE YEAR", "$y$j85$.......$ZGmePNljl4FLa/oy7BUoETfx2Oxd8.ApP7.0JN82eSB"),
        (
            "THE YEAR 1866 was marked by a bizarre development, an unexplained and downright inexplicable phenomenon "
                + "that surely no one has forgotten.",
            "$y$j85$LdJMENpBABJJ3hIHjB1Bi.$hMM1/N5eNTtPpY3oX/KRhSzvP/3NKATqL0yiHqyZBJ3"
        ),
    ]

    @Test("of bcrypt and yescrypt that others published are verified", arguments: published)
    func known(_ password: String, _ text: String) throws {
        let hash = try PasswordHash(text)
        #expect(hash.verifies(password))
        #expect(!hash.verifies(password + " ") && !hash.verifies(String(password.dropFirst()) + "x"))
    }

    @Test("made new are yescrypt, salted, and verified", arguments: [PasswordHash.Scheme.yescrypt, .bcrypt])
    func fresh(_ scheme: PasswordHash.Scheme) throws {
        let hash = try PasswordHash(hashing: "correct horse", scheme: scheme)
        #expect(hash.text.hasPrefix(scheme == .yescrypt ? "$y$j9T$" : "$2b$12$"))
        #expect(try PasswordHash(hash.text).verifies("correct horse"))
        #expect(!hash.verifies("correct horsf"))
    }

    @Test("are yescrypt unless asked otherwise, and never the same twice")
    func defaults() throws {
        let (one, other) = (try PasswordHash(hashing: "word"), try PasswordHash(hashing: "word"))
        #expect(one.text.hasPrefix("$y$") && one.text != other.text)
    }

    @Test("bcrypt refuses a password above 72 bytes, and does not verify its beginning")
    func bcryptLength() throws {
        let whole = String(repeating: "é", count: 36)
        let hash = try PasswordHash(hashing: whole, scheme: .bcrypt)
        #expect(hash.verifies(whole) && !hash.verifies(whole + "x"))
        #expect(throws: PasswordHashError.tooLong(maximum: 72)) {
            try PasswordHash(hashing: whole + "x", scheme: .bcrypt)
        }
    }

    @Test("yescrypt takes 511 bytes and no more")
    func yescryptLength() throws {
        let whole = String(repeating: "x", count: 511)
        #expect(try PasswordHash(hashing: whole).verifies(whole))
        #expect(throws: PasswordHashError.tooLong(maximum: 511)) { try PasswordHash(hashing: whole + "x") }
        #expect(try !PasswordHash(hashing: whole).verifies(whole + "x"))
    }

    @Test("a NUL is refused, and what stands before it is not verified")
    func nul() throws {
        #expect(throws: PasswordHashError.containsNUL) { try PasswordHash(hashing: "pass\0word") }
        #expect(try !PasswordHash(hashing: "pass").verifies("pass\0word"))
    }

    @Test(
        "of any other kind, or broken, are refused",
        arguments: [
            "", "password", "rl0uE1pSaAxOM", "$1$salt$qJH7.N4xYta3aEG/dfqo/0", "$3$$8846f7eaee8fb117ad06bdd830b7586c",
            "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc8", "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iK",
            "$7$CU..../....SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D", "*0", "*", "!",
            "$2$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe",
            "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeWW",
            "$2b$5$CCCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "$2b$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvy\nOe",
            "$y$j9T$$s0qvYYdO0C7xT6wRA3w1OvwQN1QFKFzQOjgDrNuprK6", "$y$j9T$LdJMENpBABJJ3hIHjB1Bi.$",
            "$y$j/T$LdJMENpBABJJ3hIHjB1Bi.$s0qvYYdO0C7xT6wRA3w1OvwQN1QFKFzQOjgDrNuprK6",
            "$y$j9T./$LdJMENpBABJJ3hIHjB1Bi.$s0qvYYdO0C7xT6wRA3w1OvwQN1QFKFzQOjgDrNuprK6",
            "$gy$j9T$LdJMENpBABJJ3hIHjB1Bi.$s0qvYYdO0C7xT6wRA3w1OvwQN1QFKFzQOjgDrNuprK6",
        ]
    )
    func unknown(_ text: String) {
        #expect(throws: PasswordHashError.unknownForm) { try PasswordHash(text) }
    }

    @Test("that would hold a thread for long are refused")
    func costly() {
        let checksum = "s0qvYYdO0C7xT6wRA3w1OvwQN1QFKFzQOjgDrNuprK6"
        #expect(throws: Never.self) { try PasswordHash("$y$jCT$LdJMENpBABJJ3hIHjB1Bi.$\(checksum)") }
        #expect(throws: PasswordHashError.tooCostly) { try PasswordHash("$y$jDT$LdJMENpBABJJ3hIHjB1Bi.$\(checksum)") }
        let letters = "CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"
        #expect(throws: Never.self) { try PasswordHash("$2b$16$\(letters)") }
        #expect(throws: PasswordHashError.tooCostly) { try PasswordHash("$2b$17$\(letters)") }
    }

    @Test("for users who do not exist have the form and the cost of another, and no password", arguments: published)
    func dummy(_ password: String, _ text: String) throws {
        let dummy = try PasswordHash(dummyLike: PasswordHash(text))
        #expect(dummy.text.count == text.count && dummy.text.prefix(15) == text.prefix(15))
        // It is a hash like others: whoever reads it from a store reads the same.
        #expect(try PasswordHash(dummy.text).text == dummy.text)
        #expect(!dummy.verifies(password) && !dummy.verifies(""))
    }

    @Test("a dummy is hashed like the real one, and not refused early")
    func dummyCost() throws {
        let real = try PasswordHash(hashing: "word")
        let dummy = PasswordHash(dummyLike: real)
        let clock = ContinuousClock()
        func fastest(of hash: PasswordHash) -> Duration {
            (0..<5).map { _ in clock.measure { _ = hash.verifies("else") } }.min() ?? .zero
        }
        let (realTime, dummyTime) = (fastest(of: real), fastest(of: dummy))
        #expect(dummyTime > realTime / 3 && dummyTime < realTime * 3)
    }

    @Test("do not print")
    func redaction() throws {
        let hash = try PasswordHash(Self.published[0].1)
        #expect("\(hash)" == "<redacted>" && String(reflecting: hash) == "<redacted>")
    }
}
