import Endpoints
import Foundation
import Stores
import Telemetry
import Testing

@testable import AuthorizationServer

@Suite("Ticks of the store's thread")
struct TickWatchTests {
    private let start = ContinuousClock.now

    @Test("that do not end within the bound say so until they do")
    func stuck() {
        var watch = TickWatch()
        #expect(watch.failure(at: self.start) == nil)
        let begins = [watch.begin(at: self.start), watch.begin(at: self.start)]
        #expect(begins == [true, false])
        let edge = self.start + TickWatch.longestTick
        #expect(watch.failure(at: edge) == nil)
        #expect(watch.failure(at: edge + .nanoseconds(1))?.contains("more than 8 seconds") ?? false)
        watch.end(nil)
        #expect(watch.failure(at: edge + .seconds(60)) == nil)
        let beginsAgain = watch.begin(at: edge)
        #expect(beginsAgain)
    }

    @Test("say what they found until the next one has ended")
    func failure() {
        var watch = TickWatch()
        _ = watch.begin(at: self.start)
        watch.end("full")
        #expect(watch.failure(at: self.start) == "full")
        _ = watch.begin(at: self.start)
        #expect(watch.failure(at: self.start + .seconds(1)) == "full")
        watch.dropped()
        #expect(watch.failure(at: self.start + .seconds(60)) == "full")
    }

    @Test("are missed when the thread hangs, and readiness says so")
    func hangingThread() throws {
        let service = try AuthorizationService(
            .inTests(),
            log: OperationalLog(),
            audit: LogWriter(fileDescriptor: -1)
        ) { _ in }
        let (begun, gate) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let request = EndpointRequest(method: .get, requestID: "4d1c2b7a9e")
        let call = EndpointCall(request, to: .endSession, now: EndpointBench.start)
        // The answer is told on the store's thread, which waits for who takes it.
        service.submit(call) { _ in
            begun.signal()
            gate.wait()
        }
        begun.wait()
        service.tick()
        #expect(service.storeFailure == nil)
        #expect(service.storeFailure(at: .now + TickWatch.longestTick + .seconds(1)) != nil)
        gate.signal()
        service.stop()
        #expect(service.storeFailure(at: .now + TickWatch.longestTick + .seconds(1)) == nil)
    }
}
