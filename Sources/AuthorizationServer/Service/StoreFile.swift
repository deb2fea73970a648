internal import Glibc
internal import Stores

/// The file of a store as it lies there. Only looked at, and before this process opens the store: who closes a descriptor of
/// a file drops all locks that its process has on it (fcntl(2)).
struct StoreFile {
    private let path: String

    init(_ path: String) { self.path = path }

    /// Why it cannot be a store, with the way out; nil: it may be one, or is not there.
    var fault: String? {
        var status = stat()
        guard stat(self.path, &status) == 0 else {
            return errno == ENOENT ? nil : "\(self.path) cannot be looked at: \(String(cString: strerror(errno)))"
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return self.contentFault
        case S_IFDIR: return "\(self.path) is a directory; name a file in it: `sqlite:\(self.path)/gatehouse.db`"
        default: return "\(self.path) is no file; name another one"
        }
    }

    /// Why no gateway of this user can have its files there, with the way out. A directory that is not there is made, in one
    /// that is.
    var placeFault: String? {
        let directory = DataDirectory.path(of: self.path)
        guard !DataDirectory.has(directory) else { return Self.writeFault(directory) }
        let parent = DataDirectory.path(of: directory)
        guard DataDirectory.has(parent) else {
            return "there is no directory \(directory) for it, and none to make it in; `mkdir -p \(directory)`"
        }
        return Self.writeFault(parent)
    }

    /// Whether the directory is there, or can be made.
    var hasPlace: Bool {
        let directory = DataDirectory.path(of: self.path)
        return DataDirectory.has(directory) || DataDirectory.has(DataDirectory.path(of: directory))
    }

    private static func writeFault(_ directory: String) -> String? {
        var status = stat()
        guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            return "\(directory) is no directory; name a file in one"
        }
        guard access(directory, W_OK | X_OK) != 0 else { return nil }
        let reason = String(cString: strerror(errno))
        return
            "the directory \(directory) cannot be written by this user: \(reason); `chown` it to the user of the gateway"
    }

    /// What the file begins with; nil if that is not how a store begins.
    var head: StoreHead? { self.bytes.flatMap { StoreHead($0) } }

    /// Whether nobody has written to it yet.
    var isEmpty: Bool {
        var status = stat()
        return stat(self.path, &status) != 0 || status.st_size == 0
    }

    /// The mode that lets others read it, as `chmod` has it; nil when they may not.
    var exposure: String? {
        var status = stat()
        guard stat(self.path, &status) == 0, status.st_mode & 0o077 != 0 else { return nil }
        let digits = String(status.st_mode & 0o7777, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }

    // MARK: - Private details

    /// An empty file becomes a store: that is how one is made.
    private var contentFault: String? {
        guard access(self.path, R_OK | W_OK) == 0 else {
            let reason = String(cString: strerror(errno))
            return
                "\(self.path) cannot be read and written by this user: \(reason); `chown` it to the user of the gateway"
        }
        guard let bytes = self.bytes else { return "\(self.path) cannot be read: \(String(cString: strerror(errno)))" }
        guard !bytes.isEmpty else { return nil }
        guard let head = StoreHead(bytes) else {
            return "\(self.path) is no SQLite database; move it away, or name another file"
        }
        switch head.fault {
        case nil: return nil
        case .foreign: return "\(self.path) belongs to another program; name another file"
        case .newer(let version, let known):
            return "\(self.path) has version \(version), and this Gatehouse knows \(known) at most; use a newer one"
        }
    }

    /// As many as tell what it is; nil if they cannot be read.
    private var bytes: [UInt8]? {
        let descriptor = open(self.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: StoreHead.byteCount)
        let count = read(descriptor, &bytes, bytes.count)
        return count < 0 ? nil : Array(bytes.prefix(count))
    }
}
