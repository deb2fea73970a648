public import Bytes
import CLibevent
import Glibc

/// Resolves host names without blocking the loop, by libevent's evdns: `/etc/hosts` first, then the name servers of
/// `/etc/resolv.conf`.
public final class NameResolver {
    // evdns must not outlive the base that it watches its sockets with.
    private let loop: EventLoop
    private let base: OpaquePointer

    public init(loop: EventLoop) {
        self.loop = loop
        let flags = Int32(EVDNS_BASE_INITIALIZE_NAMESERVERS | EVDNS_BASE_DISABLE_WHEN_INACTIVE)
        if let base = evdns_base_new(loop.base, flags) {
            self.base = base
            return
        }
        // No usable resolv.conf: names in /etc/hosts still resolve.
        guard let base = evdns_base_new(loop.base, Int32(EVDNS_BASE_DISABLE_WHEN_INACTIVE)) else {
            preconditionFailure("libevent offers no resolver")
        }
        evdns_base_load_hosts(base, nil)
        self.base = base
    }

    deinit { evdns_base_free(self.base, 1) }

    /// Calls `completion` on the loop with the addresses, in the resolver's order; with none when the name does not resolve.
    /// It may be called before `resolve` returns.
    public func resolve(_ name: String, _ completion: @escaping ([IPAddress]) -> Void) {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        let question = Unmanaged.passRetained(Question(completion))
        _ = evdns_getaddrinfo(
            self.base,
            name,
            nil,
            &hints,
            { _, answer, context in
                let question = Unmanaged<Question>.fromOpaque(context!).takeRetainedValue()
                question.completion(NameResolver.addresses(in: answer))
                if let answer { evutil_freeaddrinfo(answer) }
            },
            question.toOpaque()
        )
    }

    private final class Question {
        let completion: ([IPAddress]) -> Void
        init(_ completion: @escaping ([IPAddress]) -> Void) { self.completion = completion }
    }

    private static func addresses(in answer: UnsafeMutablePointer<addrinfo>?) -> [IPAddress] {
        var addresses: [IPAddress] = []
        var next = answer
        while let entry = next {
            if let address = self.address(entry.pointee), !addresses.contains(address) { addresses.append(address) }
            next = entry.pointee.ai_next
        }
        return addresses
    }

    private static func address(_ entry: addrinfo) -> IPAddress? {
        guard let address = entry.ai_addr else { return nil }
        let bytes = UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen))
        switch entry.ai_family {
        case AF_INET where bytes.count >= MemoryLayout<sockaddr_in>.size:
            let four = bytes.loadUnaligned(as: sockaddr_in.self)
            return IPAddress(ipv4: UInt32(bigEndian: four.sin_addr.s_addr))
        case AF_INET6 where bytes.count >= MemoryLayout<sockaddr_in6>.size:
            let offset = MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr)!
            let high = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let low = bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
            return IPAddress(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low))
        default:
            return nil
        }
    }
}
