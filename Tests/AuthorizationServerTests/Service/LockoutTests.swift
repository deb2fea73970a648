import Bytes
import Testing

@testable import AuthorizationServer

@Suite("AS21: the one lockout")
struct LockoutTests {
    private let lockout: Lockout
    private let home = IPAddress("203.0.113.7")
    private let clock = TestClock()

    init() {
        var settings = LockoutSettings()
        settings.failures = 3
        settings.window = .seconds(60)
        settings.block = .seconds(100)
        self.lockout = Lockout(settings) { [clock] in clock.now }
    }

    private func fail(_ account: LockoutAccount, times: Int, from client: IPAddress?) {
        for _ in 0..<times { _ = self.lockout.ended(account, from: client, succeeded: false) }
    }

    @Test("refuses the attempt after the last one that may be wrong, and says for how long in whole seconds")
    func blocks() {
        self.fail(.user("alice"), times: 2, from: self.home)
        #expect(self.lockout.wait(for: .user("alice"), from: self.home) == nil)
        self.fail(.user("alice"), times: 1, from: self.home)
        #expect(self.lockout.wait(for: .user("alice"), from: self.home) == 100)
        self.clock.advance(by: .milliseconds(99_001))
        #expect(self.lockout.wait(for: .user("alice"), from: self.home) == 1)
        self.clock.advance(by: .milliseconds(999))
        #expect(self.lockout.wait(for: .user("alice"), from: self.home) == nil)
    }

    @Test("counts an account from each network apart, and each kind of account apart")
    func separateCounts() {
        self.fail(.user("alice"), times: 3, from: self.home)
        #expect(self.lockout.wait(for: .user("alice"), from: IPAddress("203.0.113.8")) == nil)
        #expect(self.lockout.wait(for: .user("bob"), from: self.home) == nil)
        #expect(self.lockout.wait(for: .client("alice"), from: self.home) == nil)
        #expect(self.lockout.wait(for: .userCode(byUser: "alice"), from: self.home) == nil)
    }

    @Test("takes the 64 bits that one household has as one network")
    func ipv6Network() {
        self.fail(.user("alice"), times: 3, from: IPAddress("2001:db8::1"))
        #expect(self.lockout.wait(for: .user("alice"), from: IPAddress("2001:db8::ffff:2")) == 100)
        #expect(self.lockout.wait(for: .user("alice"), from: IPAddress("2001:db8:0:1::1")) == nil)
    }

    @Test("blocks a network that tries many accounts")
    func network() {
        for index in 0..<3 * Lockout.networkFactor {
            #expect(self.lockout.wait(for: .user("nobody"), from: self.home) == nil)
            self.fail(.user("user\(index)"), times: 1, from: self.home)
        }
        #expect(self.lockout.wait(for: .user("nobody"), from: self.home) == 100)
        #expect(self.lockout.wait(for: .user("nobody"), from: IPAddress("203.0.113.8")) == nil)
    }

    @Test("forgets an account's failures when its secret was right, and when the window is over")
    func forgets() {
        self.fail(.user("alice"), times: 2, from: self.home)
        #expect(self.lockout.ended(.user("alice"), from: self.home, succeeded: true) == nil)
        self.fail(.user("alice"), times: 2, from: self.home)
        #expect(self.lockout.wait(for: .user("alice"), from: self.home) == nil)
        self.clock.advance(by: .seconds(60))
        self.fail(.user("alice"), times: 2, from: self.home)
        #expect(self.lockout.wait(for: .user("alice"), from: self.home) == nil)
    }

    @Test("does not tell the outcome of an attempt that ends when the block has begun", arguments: [true, false])
    func parallelGuesses(isRight: Bool) {
        self.fail(.user("alice"), times: 3, from: self.home)
        let wait = self.lockout.ended(.user("alice"), from: self.home, succeeded: isRight)
        #expect(wait == 100)
    }

    @Test("remembers no more entries than its bound, and a block longer than all that others fill it with")
    func bound() {
        self.clock.advance(by: .seconds(50))
        self.fail(.user("alice"), times: 3, from: self.home)
        for index in 0..<Lockout.maximumEntries + 10 {
            let client = IPAddress(ipv4: UInt32(index / 50) + 0x0a00_0000)
            self.fail(.user("user\(index)"), times: 1, from: client)
        }
        #expect(self.lockout.entryCount <= Lockout.maximumEntries)
        self.clock.advance(by: .seconds(16))
        #expect(self.lockout.wait(for: .user("alice"), from: self.home) == 84)
    }
}
