import Bytes
import Testing
import Transport

@testable import Gateway

@Suite("What only a restart can bring")
struct RestartTests {
    private func settings(_ listeners: [(String, UInt16)], workers: Int? = nil) -> GatewaySettings {
        var settings = GatewaySettings()
        settings.server.workers = workers
        settings.listeners = listeners.map {
            ListenerSettings(name: $0.0, address: .ip(IPAddress(ipv4: 0x7f00_0001), port: $0.1))
        }
        return settings
    }

    @Test("is nothing when addresses and workers stay, in whatever order the listeners are")
    func same() {
        let one = self.settings([("a", 1), ("b", 2)])
        var other = self.settings([("b", 2), ("a", 1)])
        other.listeners[0].trustsUnixPeers = true
        other.server.drainDelay = .zero
        #expect(one.needsRestart(for: other) == [])
    }

    @Test("is another address, a listener more or less, another number of workers")
    func different() {
        let one = self.settings([("a", 1), ("b", 2)])
        #expect(one.needsRestart(for: self.settings([("a", 3), ("b", 2)])) == ["listeners.a.address"])
        #expect(one.needsRestart(for: self.settings([("a", 1)])) == ["listeners.b"])
        #expect(one.needsRestart(for: self.settings([("a", 1), ("b", 2), ("c", 3)])) == ["listeners.c"])
        #expect(one.needsRestart(for: self.settings([("a", 1), ("b", 2)], workers: 2)) == ["server.workers"])
    }
}
