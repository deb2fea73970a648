import Foundation
import Testing

@testable import Stores

@Suite("The thread of the store")
struct StoreThreadTests {
    private static func memory() throws(StoreError) -> StoreThread {
        let ring = Fixture.ring
        return try StoreThread { () throws(StoreError) in try SQLiteAuthorizationStore(.memory, ring: ring) }
    }

    /// A thread that can be held up in the middle of a piece of work.
    private struct HeldThread {
        let thread: StoreThread
        private let begun = DispatchSemaphore(value: 0)
        private let gate = DispatchSemaphore(value: 0)

        init() throws { self.thread = try StoreThreadTests.memory() }

        /// Gives it work that goes on until it is let go. Returns whether that was taken.
        func hold() -> Bool {
            self.thread.submit { [begun, gate] _ in
                begun.signal()
                gate.wait()
            }
        }

        func waitUntilHeld() { self.begun.wait() }

        func letGo() { self.gate.signal() }
    }

    @Test("does its work in order, on one thread that is not the caller's, and all of it before it ends")
    func order() throws {
        let thread = try Self.memory()
        let seen = Guarded<(numbers: [Int], threads: Set<UInt>)>(([], []))
        for number in 0..<100 {
            let accepted = thread.submit { _ in
                seen.withLock {
                    $0.numbers.append(number)
                    $0.threads.insert(UInt(pthread_self()))
                }
            }
            #expect(accepted)
        }
        thread.stop()
        seen.withLock {
            #expect($0.numbers == Array(0..<100))
            #expect($0.threads.count == 1 && !$0.threads.contains(UInt(pthread_self())))
        }
    }

    @Test("keeps what one piece of work wrote for the next")
    func sharing() throws {
        let thread = try Self.memory()
        let grant = Fixture.grant()
        let found = Guarded<Grant?>(nil)
        #expect(thread.submit { try? $0.addGrant(grant, issuing: nil, at: Fixture.now) })
        #expect(thread.submit { store in found.withLock { $0 = try? store.grant(grant.id, at: Fixture.now) } })
        thread.stop()
        found.withLock { #expect($0 == grant) }
    }

    @Test("takes no more than the bound, of begun work some more, and nothing after its end")
    func bound() throws {
        let held = try HeldThread()
        let thread = held.thread
        #expect(held.hold())
        held.waitUntilHeld()
        let accepted = (0..<(StoreThread.maximumWaiting + 10)).filter { _ in thread.submit { _ in } }
        #expect(accepted.count == StoreThread.maximumWaiting)
        let resumed = (0..<(StoreThread.maximumResumed + 10)).filter { _ in thread.resume { _ in } }
        #expect(resumed.count == StoreThread.maximumResumed)
        held.letGo()
        thread.stop()
        #expect(!thread.submit { _ in })
        #expect(!thread.resume { _ in })
    }

    @Test("counts what it has taken and not done yet")
    func boundWhileWorking() throws {
        let held = try HeldThread()
        let thread = held.thread
        #expect(held.hold())
        held.waitUntilHeld()
        #expect(held.hold())
        for _ in 1..<StoreThread.maximumWaiting { #expect(thread.submit { _ in }) }
        held.letGo()
        held.waitUntilHeld()
        // One of those that waited is being done: there is room for one.
        let accepted = (0..<10).filter { _ in thread.submit { _ in } }
        #expect(accepted.count == 1)
        held.letGo()
        thread.stop()
    }

    @Test("does one piece of work before all that waits, and takes it when it takes no other")
    func first() throws {
        let held = try HeldThread()
        let thread = held.thread
        let seen = Guarded<[String]>([])
        #expect(held.hold())
        held.waitUntilHeld()
        // The second is in hand together with what comes after it.
        #expect(held.hold())
        for _ in 1..<StoreThread.maximumWaiting {
            #expect(thread.submit { _ in seen.withLock { $0.append("waiting") } })
        }
        held.letGo()
        held.waitUntilHeld()
        #expect(thread.submit { _ in })
        #expect(!thread.submit { _ in })
        #expect(thread.submitFirst { _ in seen.withLock { $0.append("first") } })
        #expect(!thread.submitFirst { _ in })
        held.letGo()
        thread.stop()
        #expect(!thread.submitFirst { _ in })
        seen.withLock {
            #expect($0.count == StoreThread.maximumWaiting)
            #expect($0.first == "first")
        }
    }

    @Test("says why the store could not be opened")
    func failure() {
        let ring = Fixture.ring
        #expect(throws: StoreError.other("/none/here.db cannot be made (No such file or directory)")) {
            try StoreThread { () throws(StoreError) in
                try SQLiteAuthorizationStore(.file("/none/here.db"), ring: ring)
            }
        }
    }
}
