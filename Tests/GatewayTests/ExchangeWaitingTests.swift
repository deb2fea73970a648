import Bytes
import Glibc
import HTTPConnections
import Reactor
import SharedState
import Telemetry
import Testing
import Transport
import Trust

@testable import Gateway

@Suite("A request that waits for another thread")
struct ExchangeWaitingTests {
    /// A request whose head has come, and its client.
    private final class Bench {
        let transport = TransportContext(loop: EventLoop())
        let worker: Worker
        let exchange: Exchange
        private let connection: ServerConnection
        private let client: Int32

        init() {
            self.worker = Worker(
                index: 0,
                settings: GatewaySettings(),
                workers: 1,
                rows: MetricRows(),
                accessLog: LogWriter(fileDescriptor: -1),
                log: OperationalLog(fileDescriptor: -1),
                usedProofs: UsedProofs(),
                sessionKey: .generate(),
                shared: MemoryStore(StateMemory(), on: self.transport.loop),
                transport: self.transport
            )
            let listener = ListenerSettings(name: "public", address: .ip(IPAddress(ipv4: 0x7f00_0001), port: 1))
            self.worker.listeners = [ListenerState(listener, port: 1, tls: nil)]
            var ends: [Int32] = [0, 0]
            let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
            precondition(socketpair(AF_UNIX, kind, 0, &ends) == 0, "no sockets are left")
            self.client = ends[1]
            self.connection = ServerConnection(descriptor: ends[0], peer: nil, listenerIndex: 0, server: self.worker)
            self.exchange = Exchange(worker: self.worker, state: self.worker.state)
            self.connection.start()
            self.connection.adopt(self.exchange)
            self.exchange.begin()
        }

        deinit {
            self.connection.close()
            self.transport.loop.runOnce()
            Glibc.close(self.client)
        }

        /// What the client has been answered by now.
        var answer: String {
            for _ in 0..<20 { self.transport.loop.runOnce() }
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(self.client, &buffer, buffer.count, 0)
            return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        }
    }

    @Test("is answered 503 when its patience is over, and no earlier")
    func late() {
        let bench = Bench()
        bench.exchange.waitForAnswer()
        let end = bench.transport.loop.milliseconds + Exchange.answerPatience
        bench.exchange.checkDeadlines(now: end - 1)
        #expect(bench.exchange.progress == .waitingForAnswer && bench.answer.isEmpty)
        bench.exchange.checkDeadlines(now: end)
        let answer = bench.answer
        #expect(answer.hasPrefix("HTTP/1.1 503 ") && answer.contains("overloaded"))
        #expect(!bench.exchange.takesAnswer())
    }

    @Test("waits no more once its answer has come")
    func inTime() {
        let bench = Bench()
        bench.exchange.waitForAnswer()
        #expect(bench.exchange.takesAnswer())
        bench.exchange.checkDeadlines(now: bench.transport.loop.milliseconds + Exchange.answerPatience)
        #expect(bench.answer.isEmpty && bench.exchange.progress == .judging)
    }
}
