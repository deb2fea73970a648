public import Bytes
import CSystem
import Glibc

/// Why a socket could not be made ready; `errno` in words.
public struct SocketError: Error, CustomStringConvertible, Equatable {
    public let step: StaticString
    public let number: Int32

    init(_ step: StaticString) {
        self.init(step, errno)
    }

    public init(_ step: StaticString, _ number: Int32) {
        self.step = step
        self.number = number
    }

    public var description: String { "\(self.step): \(String(cString: strerror(self.number)))" }

    public static func == (left: SocketError, right: SocketError) -> Bool { left.number == right.number }
}

/// The system calls on sockets, once. Descriptors are non-blocking and close on exec.
public enum Socket {
    /// Connections that may wait for `accept`.
    static let backlog: Int32 = 4096

    /// A listening socket. TCP ones share their port with those of the other workers (SO_REUSEPORT).
    public static func listen(on address: ListenAddress, sharesPort: Bool) throws(SocketError) -> Int32 {
        switch address {
        case .ip(let ip, let port): try self.listen(on: ip, port: port, sharesPort: sharesPort)
        case .unix(let path): try self.listen(onPath: path)
        }
    }

    /// Another descriptor of the same listening socket, for a loop that accepts on it too.
    public static func share(_ listener: Int32) throws(SocketError) -> Int32 {
        let descriptor = fcntl(listener, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { throw SocketError("fcntl") }
        return descriptor
    }

    /// Throws when somebody else listens there already.
    public static func checkFree(_ address: ListenAddress) throws(SocketError) {
        Glibc.close(try self.listen(on: address, sharesPort: false))
    }

    /// The port that a listening socket was given, when it asked for any.
    public static func port(of descriptor: Int32) -> UInt16 {
        var storage = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let result = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        // The port lies at the same place in both families.
        return result == 0 ? UInt16(bigEndian: storage.sin6_port) : 0
    }

    /// Starts a connection. It stands, or has failed, at the first write readiness: see `error(of:)`.
    public static func connect(to address: ConnectAddress) throws(SocketError) -> Int32 {
        switch address {
        case .ip(let ip, let port):
            let descriptor = try self.make(ip.isIPv4 ? AF_INET : AF_INET6)
            self.enable(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY)
            return try self.connect(descriptor) { self.withAddress(ip, port) { Glibc.connect(descriptor, $0, $1) } }
        case .unix(let path):
            let descriptor = try self.make(AF_UNIX)
            return try self.connect(descriptor) { self.withAddress(path) { Glibc.connect(descriptor, $0, $1) } }
        }
    }

    /// The pending error of a socket, zero for none.
    static func error(of descriptor: Int32) -> Int32 {
        var number: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &length) == 0 else { return errno }
        return number
    }

    /// Bytes that the kernel holds because the peer has not taken them; 0 when it does not say.
    static func untaken(of descriptor: Int32) -> Int32 {
        var count: Int32 = 0
        return gatehouse_untaken(descriptor, &count) == 0 ? count : 0
    }

    /// The next waiting connection and where it comes from (nil: a Unix socket), or nil when none waits.
    static func accept(_ listener: Int32) -> (descriptor: Int32, peer: IPAddress?)? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { accept4(listener, $0, &length, flags) }
        }
        guard descriptor >= 0 else { return nil }
        let peer = self.address(in: &storage)
        if peer != nil { self.enable(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY) }
        return (descriptor, peer)
    }

    static func enable(_ descriptor: Int32, _ level: Int32, _ option: Int32) {
        var one: Int32 = 1
        setsockopt(descriptor, level, option, &one, socklen_t(MemoryLayout<Int32>.size))
    }
}

/// Where a connection goes, after names were resolved.
public enum ConnectAddress: Sendable, Hashable {
    case ip(IPAddress, port: UInt16)
    case unix(path: String)
}

// MARK: - Details

extension Socket {
    private static func make(_ family: Int32) throws(SocketError) -> Int32 {
        let flags = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, flags, 0)
        guard descriptor >= 0 else { throw SocketError("socket") }
        return descriptor
    }

    private static func listen(on ip: IPAddress, port: UInt16, sharesPort: Bool) throws(SocketError) -> Int32 {
        let descriptor = try self.make(ip.isIPv4 ? AF_INET : AF_INET6)
        self.enable(descriptor, SOL_SOCKET, SO_REUSEADDR)
        if sharesPort { self.enable(descriptor, SOL_SOCKET, SO_REUSEPORT) }
        let bound = self.withAddress(ip, port) { bind(descriptor, $0, $1) }
        return try self.finishListening(descriptor, bound)
    }

    private static func listen(onPath path: String) throws(SocketError) -> Int32 {
        let descriptor = try self.make(AF_UNIX)
        self.removeStaleSocket(path)
        let bound = self.withAddress(path) { bind(descriptor, $0, $1) }
        return try self.finishListening(descriptor, bound)
    }

    private static func finishListening(_ descriptor: Int32, _ bound: Int32) throws(SocketError) -> Int32 {
        guard bound == 0 else {
            let error = SocketError("bind")
            close(descriptor)
            throw error
        }
        guard Glibc.listen(descriptor, self.backlog) == 0 else {
            let error = SocketError("listen")
            close(descriptor)
            throw error
        }
        return descriptor
    }

    // A socket file that nobody listens on is what a killed process left behind.
    private static func removeStaleSocket(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return }
        guard let probe = try? self.make(AF_UNIX) else { return }
        defer { close(probe) }
        let result = self.withAddress(path) { Glibc.connect(probe, $0, $1) }
        if result != 0 && errno == ECONNREFUSED { unlink(path) }
    }

    private static func connect(_ descriptor: Int32, _ start: () -> Int32) throws(SocketError) -> Int32 {
        guard start() != 0, errno != EINPROGRESS else { return descriptor }
        let error = SocketError("connect")
        close(descriptor)
        throw error
    }

    private static func withAddress(
        _ ip: IPAddress,
        _ port: UInt16,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        if ip.isIPv4 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(truncatingIfNeeded: ip.low).bigEndian
            return self.rebound(&address, body)
        }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        withUnsafeMutableBytes(of: &address.sin6_addr) { bytes in
            bytes.storeBytes(of: ip.high.bigEndian, as: UInt64.self)
            bytes.storeBytes(of: ip.low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return self.rebound(&address, body)
    }

    private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < capacity else {
            errno = ENAMETOOLONG
            return -1
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return self.rebound(&address, body)
    }

    private static func rebound<Address>(
        _ address: inout Address,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<Address>.size)) }
        }
    }

    private static func address(in storage: inout sockaddr_storage) -> IPAddress? {
        withUnsafeBytes(of: &storage) { bytes in
            switch Int32(bytes.loadUnaligned(as: sa_family_t.self)) {
            case AF_INET:
                let address = bytes.loadUnaligned(as: sockaddr_in.self)
                return IPAddress(ipv4: UInt32(bigEndian: address.sin_addr.s_addr))
            case AF_INET6:
                let offset = MemoryLayout<sockaddr_in6>.offset(of: \.sin6_addr)!
                let high = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                let low = bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
                return IPAddress(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low))
            default:
                return nil
            }
        }
    }
}
