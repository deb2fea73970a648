internal import CSQLite
internal import Glibc

extension Database {
    /// Where a database lives.
    enum Location: Sendable, Equatable {
        /// Gone with the connection.
        case memory
        /// Made with mode 0600 if it is not there. Its directory must be.
        case file(String)
        /// A file as it is, for who only looks: nothing is made, and nothing changes.
        case fileAsItIs(String)
    }

    /// Opens or makes a database, with what every connection of ours needs.
    convenience init(_ location: Location, busyTimeout: Duration = Database.busyTimeout) throws(StoreError) {
        if case .file(let path) = location { try Self.prepare(path) }
        var handle: OpaquePointer?
        // NOMUTEX: one thread alone uses it.
        let flags = location.flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(location.name, &handle, flags, nil)
        guard code == SQLITE_OK, let handle else {
            // SQLite gives a connection that only knows its error.
            defer { sqlite3_close_v2(handle) }
            throw StoreError(sqlite: code, handle)
        }
        self.init(adopting: handle, busyTimeout: busyTimeout)
        try self.configure(location, busyTimeout)
    }

    private func configure(_ location: Location, _ busyTimeout: Duration) throws(StoreError) {
        guard gh_sqlite3_defend(self.handle) == SQLITE_OK else { throw .other("SQLite is too old to defend its file") }
        if case .fileAsItIs = location { return try self.execute("PRAGMA trusted_schema = OFF") }
        // The first that reads the file: here it turns out that it is no database.
        let mode = try self.enterWAL(until: ContinuousClock.now + busyTimeout)
        guard mode == "wal" || mode == "memory" else { throw .readOnly("it cannot be put into WAL mode") }
        try self.execute(
            """
            PRAGMA synchronous = FULL;
            PRAGMA foreign_keys = ON;
            PRAGMA trusted_schema = OFF;
            PRAGMA cell_size_check = ON;
            """
        )
        // What was removed is overwritten. It answers with a row, which `execute` passes over.
        try self.execute("PRAGMA secure_delete = ON")
    }

    /// SQLite does not wait when several connections do this to a fresh file at once, whatever its timeout says: each
    /// holds what the others need, and all but one are told that it is locked.
    private func enterWAL(until deadline: ContinuousClock.Instant) throws(StoreError) -> String? {
        while true {
            do throws(StoreError) {
                return try self.first("PRAGMA journal_mode = WAL") { row throws(StoreError) in try row.next() }
            } catch {
                guard case .locked = error, ContinuousClock.now < deadline else { throw error }
                usleep(5000)
            }
        }
    }

    /// Makes the file if it is not there, and sees to it that nobody else may read it.
    ///
    /// By `mknod` and not by `open`: closing a descriptor of a file drops all locks that this process has on it
    /// (fcntl(2)), also those of another connection. What SQLite puts beside the file gets the file's mode.
    private static func prepare(_ path: String) throws(StoreError) {
        if mknod(path, S_IFREG | 0o600, 0) == 0 { return }
        guard errno == EEXIST else { throw .system("\(path) cannot be made", errno) }
        var status = stat()
        guard stat(path, &status) == 0 else { throw .system("\(path) cannot be looked at", errno) }
        guard status.st_mode & 0o077 != 0 else { return }
        guard chmod(path, 0o600) == 0 else { throw .system("\(path) can be read by others, and stays so", errno) }
    }
}

extension Database.Location {
    /// As SQLite has it. A path is not taken for a URI or for a name with a meaning.
    fileprivate var name: String {
        switch self {
        case .memory: ":memory:"
        case .file(let path): Self.plain(path)
        // A log in WAL mode is there as long as anybody has the file open. Without one SQLite would make it, also for a
        // reader, unless it hears that the file does not change (sqlite.org/wal.html, "Read-Only Databases").
        case .fileAsItIs(let path):
            access(path + "-wal", F_OK) == 0 ? Self.plain(path) : "file:\(Self.escaped(Self.plain(path)))?immutable=1"
        }
    }

    fileprivate var flags: Int32 {
        switch self {
        case .memory, .file: SQLITE_OPEN_READWRITE
        case .fileAsItIs: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
        }
    }

    private static func plain(_ path: String) -> String { path.hasPrefix("/") ? path : "./" + path }

    /// Of a URI, whose path ends at `?` and `#`, and in which `%` means something (sqlite.org/uri.html).
    private static func escaped(_ path: String) -> String {
        path.replacing("%", with: "%25").replacing("?", with: "%3f").replacing("#", with: "%23")
    }
}
