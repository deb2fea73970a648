import Bytes
import Endpoints
import Glibc
import HTTP
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
    /// A request whose head has come, and its client; after that another one.
    private final class Bench {
        let transport = TransportContext(loop: EventLoop())
        let worker: Worker
        private(set) var exchange: Exchange
        private var connection: ServerConnection
        private var client: Int32

        init() {
            self.worker = Worker(inTestsOn: self.transport)
            let listener = ListenerSettings(name: "public", address: .ip(IPAddress(ipv4: 0x7f00_0001), port: 1))
            self.worker.listeners = [ListenerState(listener, port: 1, tls: nil)]
            (self.connection, self.client) = Self.connect(to: self.worker)
            self.exchange = Exchange(worker: self.worker, state: self.worker.state)
            self.takeRequest()
        }

        private static func connect(to worker: Worker) -> (ServerConnection, client: Int32) {
            var ends: [Int32] = [0, 0]
            let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
            precondition(socketpair(AF_UNIX, kind, 0, &ends) == 0, "no sockets are left")
            return (ServerConnection(descriptor: ends[0], peer: nil, listenerIndex: 0, server: worker), ends[1])
        }

        private func takeRequest() {
            self.connection.start()
            self.connection.adopt(self.exchange)
            self.exchange.begin()
        }

        private func leave() {
            self.connection.close()
            self.transport.loop.runOnce()
            Glibc.close(self.client)
        }

        deinit { self.leave() }

        /// The client goes, and the next one's request comes. False: it did not get the exchange of the former.
        func recycles() -> Bool {
            self.leave()
            (self.connection, self.client) = Self.connect(to: self.worker)
            let next = self.worker.takeRequest(for: self.connection)
            guard next === self.exchange else { return false }
            self.takeRequest()
            return true
        }

        /// Has the request wait for sign-in, and gives the number of its question.
        func ask() -> UInt64 {
            self.worker.login.ask = { _, _ in }
            let request = EndpointRequest(method: .get, requestID: "r-1")
            #expect(self.worker.login.submit(.endpoint(.userInfo, request), of: self.exchange))
            self.exchange.waitForAnswer()
            return self.exchange.learned.loginNumber
        }

        func loseItsPatience() {
            self.exchange.checkDeadlines(now: self.transport.loop.milliseconds + Exchange.answerPatience)
        }

        func answer(_ number: UInt64) {
            self.worker.login.answered(number, .endpoint(EndpointAnswer(status: 200)))
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

    @Test("an answer that comes after the refusal is nobody's")
    func afterRefusal() {
        let bench = Bench()
        let number = bench.ask()
        bench.loseItsPatience()
        bench.answer(number)
        bench.exchange.endpointAnswered(EndpointAnswer(status: 200))
        let answer = bench.answer
        #expect(answer.hasPrefix("HTTP/1.1 503 ") && !answer.contains("HTTP/1.1 200 "))
        bench.answer(number)
        #expect(bench.answer.isEmpty)
    }

    @Test("an answer that comes late is not the next request's that the exchange serves")
    func afterRecycling() {
        let bench = Bench()
        let former = bench.ask()
        bench.loseItsPatience()
        #expect(bench.answer.hasPrefix("HTTP/1.1 503 "))
        #expect(bench.recycles())
        let number = bench.ask()
        bench.answer(former)
        #expect(bench.exchange.progress == .waitingForAnswer && bench.answer.isEmpty)
        bench.answer(number)
        #expect(bench.answer.hasPrefix("HTTP/1.1 200 "))
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
