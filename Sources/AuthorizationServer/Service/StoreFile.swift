internal import Glibc

/// The file of a store as it lies there. Only looked at, and before this process opens the store: who closes a descriptor of
/// a file drops all locks that its process has on it (fcntl(2)).
public struct StoreFile {
    private let path: String

    init(_ path: String) { self.path = path }

    /// What is to be said of a store before anything opens it. Nothing of one in memory, and of one that the first start
    /// will make.
    public static func findings(_ store: StoreSettings) -> [StoreFinding] {
        guard case .sqlite(let path) = store else { return [] }
        let file = StoreFile(path)
        if let fault = file.fault { return [StoreFinding(severity: .error, fault: SettingFault(.store, fault))] }
        return file.exposure.map { mode in
            let reason =
                "\(path) may be read by others (mode \(mode)); `chmod 600 \(path)`, or let the next start do it"
            return [StoreFinding(severity: .warning, fault: SettingFault(.store, reason))]
        } ?? []
    }

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

    /// The mode that lets others read it, as `chmod` has it; nil when they may not.
    var exposure: String? {
        var status = stat()
        guard stat(self.path, &status) == 0, status.st_mode & 0o077 != 0 else { return nil }
        let digits = String(status.st_mode & 0o7777, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }

    // MARK: - Private details

    /// What every database begins with (sqlite.org/fileformat.html, section 1.3).
    private static let head = Array("SQLite format 3\0".utf8)

    /// An empty file becomes a store: that is how one is made.
    private var contentFault: String? {
        guard access(self.path, R_OK | W_OK) == 0 else {
            let reason = String(cString: strerror(errno))
            return
                "\(self.path) cannot be read and written by this user: \(reason); `chown` it to the user of the gateway"
        }
        let descriptor = open(self.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "\(self.path) cannot be read: \(String(cString: strerror(errno)))" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: Self.head.count)
        let count = read(descriptor, &bytes, bytes.count)
        guard count != 0, bytes != Self.head else { return nil }
        return "\(self.path) is no SQLite database; move it away, or name another file"
    }
}

/// One thing to say of a store's file.
public struct StoreFinding: Sendable, Equatable {
    public enum Severity: Sendable {
        /// No gateway starts with it.
        case error
        case warning
    }

    public let severity: Severity
    public let fault: SettingFault
}
