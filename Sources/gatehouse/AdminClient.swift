import Admin
import Bytes
import Glibc
import Reactor
import Transport

/// Asks the running gateway by its admin address. Blocks: for commands alone.
struct AdminClient {
    /// The pages are small; who sends more is no gateway of ours.
    static let maximumAnswerBytes = 16 * 1024 * 1024

    struct Answer {
        let status: Int
        let body: [UInt8]
    }

    private let address: ConnectAddress

    init(_ settings: AdminSettings) {
        switch settings.address {
        case .unix(let path): self.address = .unix(path: path)
        case .ip(let ip, let port): self.address = .ip(Self.reachable(ip), port: port)
        }
    }

    /// Who listens on all addresses is asked on the loopback.
    private static func reachable(_ ip: IPAddress) -> IPAddress {
        if ip == IPAddress(ipv4: 0) { return IPAddress(ipv4: 0x7f00_0001) }
        return ip == IPAddress(high: 0, low: 0) ? IPAddress(high: 0, low: 1) : ip
    }

    /// Nil when nobody answers within that many milliseconds.
    func ask(_ path: String, within milliseconds: UInt64) -> Answer? {
        guard let descriptor = try? Socket.connect(to: self.address) else { return nil }
        defer { close(descriptor) }
        let end = MonotonicClock.milliseconds + milliseconds
        let request = [UInt8]("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
        guard Self.wait(for: descriptor, POLLOUT, until: end) else { return nil }
        // So few bytes are taken whole or not at all.
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else { return nil }
        return Self.receive(descriptor, until: end).flatMap(Self.parse)
    }

    private static func receive(_ descriptor: Int32, until end: UInt64) -> [UInt8]? {
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while received.count <= self.maximumAnswerBytes {
            guard self.wait(for: descriptor, POLLIN, until: end) else { return nil }
            let count = recv(descriptor, &chunk, chunk.count, 0)
            if count == 0 { return received }
            if count < 0 && errno != EAGAIN && errno != EINTR { return nil }
            received.append(contentsOf: chunk[..<max(count, 0)])
        }
        return nil
    }

    /// The gateway's own answers: a status line, fields, and a body up to the end.
    private static func parse(_ answer: [UInt8]) -> Answer? {
        guard answer.starts(with: "HTTP/1.1 ".utf8) else { return nil }
        guard let status = Int(String(decoding: answer.dropFirst(9).prefix(3), as: UTF8.self)) else { return nil }
        let emptyLine = [UInt8]("\r\n\r\n".utf8)
        guard let head = answer.indices.first(where: { answer[$0...].starts(with: emptyLine) }) else { return nil }
        return Answer(status: status, body: Array(answer[(head + emptyLine.count)...]))
    }

    private static func wait(for descriptor: Int32, _ events: Int32, until end: UInt64) -> Bool {
        let now = MonotonicClock.milliseconds
        guard now < end else { return false }
        var interest = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        return poll(&interest, 1, Int32(min(end - now, 60_000))) > 0
    }
}
