internal import CSQLite
internal import Glibc

/// A connection to an SQLite file, used by the thread that opened it and by no other.
///
/// WAL with `synchronous=FULL`: what was committed survives the death of the process and of the machine.
final class Database {
    /// How long a write waits for that of another process. Commands beside a running gateway take milliseconds.
    static let busyTimeout: Duration = .seconds(5)
    /// The same for housekeeping, which has time, while those who only read may wait behind it.
    static let housekeepingTimeout: Duration = .milliseconds(250)

    let handle: OpaquePointer
    private let owner = pthread_self()
    /// By the address of its text: the texts are constants of the program.
    private var statements: [UnsafePointer<UInt8>: Statement] = [:]

    /// How long a write waits now.
    private var busyTimeout: Duration
    private var isHousekeeping = false
    /// Whether the last write of somebody who asked has waited for another process in vain.
    private(set) var isLocked = false

    /// Adopts an open connection.
    init(adopting handle: OpaquePointer, busyTimeout: Duration) {
        self.handle = handle
        self.busyTimeout = busyTimeout
        self.wait(busyTimeout)
    }

    deinit {
        self.statements = [:]
        // Writes the log back into the file if nobody else has it open.
        sqlite3_close_v2(self.handle)
    }

    /// Runs a statement and returns how many rows it changed.
    @discardableResult
    func run(_ sql: StaticString, _ values: any ColumnValue...) throws(StoreError) -> Int {
        try self.statement(sql).run(values) { _ in }
        return Int(sqlite3_changes(self.handle))
    }

    /// The first row, or nil. The statement runs to its end, so that RETURNING is complete.
    func first<Result>(
        _ sql: StaticString,
        _ values: any ColumnValue...,
        read: (inout Row) throws(StoreError) -> Result
    ) throws(StoreError) -> Result? {
        var result: Result?
        try self.statement(sql).run(values) { row throws(StoreError) in
            if result == nil { result = try read(&row) }
        }
        return result
    }

    /// All rows.
    func all<Result>(
        _ sql: StaticString,
        _ values: any ColumnValue...,
        read: (inout Row) throws(StoreError) -> Result
    ) throws(StoreError) -> [Result] {
        var results: [Result] = []
        try self.statement(sql).run(values) { row throws(StoreError) in results.append(try read(&row)) }
        return results
    }

    /// Runs statements without parameters and without rows, one after the other.
    func execute(_ script: StaticString) throws(StoreError) {
        self.preconditionOnOwner()
        let text = UnsafeRawPointer(script.utf8Start).assumingMemoryBound(to: CChar.self)
        let code = sqlite3_exec(self.handle, text, nil, nil, nil)
        guard code == SQLITE_OK else { throw StoreError(sqlite: code, self.handle) }
    }

    /// All of `body` happens, or nothing of it. Takes the lock for writing at once: a read that becomes a write could
    /// find that what it read has changed. Into a file that is not there any more nothing is written.
    func transaction<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
        try self.proveInPlace()
        try self.begin()
        do throws(StoreError) {
            let result = try body()
            try self.execute("COMMIT")
            return result
        } catch {
            // Of some errors SQLite has rolled back by itself.
            if sqlite3_get_autocommit(self.handle) == 0 { try self.execute("ROLLBACK") }
            throw error
        }
    }

    /// Runs `body`, whose writes do not wait long for those of another process.
    func housekeeping<Result>(_ body: () throws(StoreError) -> Result) throws(StoreError) -> Result {
        let usual = self.busyTimeout
        self.wait(min(Self.housekeepingTimeout, usual))
        self.isHousekeeping = true
        defer {
            self.wait(usual)
            self.isHousekeeping = false
        }
        return try body()
    }

    /// Throws `other` when the file was moved, removed or replaced since it was opened: what is written goes to a file that
    /// nobody finds. One stat(2).
    private func proveInPlace() throws(StoreError) {
        self.preconditionOnOwner()
        var hasMoved: Int32 = 0
        // A database in memory has no file, and says that it does not know the question.
        let code = sqlite3_file_control(self.handle, "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved)
        guard code == SQLITE_OK, hasMoved != 0 else { return }
        throw .other("its file was moved, removed or replaced while it was open; put it back, or restart the gateway")
    }

    // MARK: - Private details

    /// Where one has waited in vain, those behind it do not wait as long again, one after the other.
    private func begin() throws(StoreError) {
        let usual = self.busyTimeout
        if self.isLocked { self.wait(min(Self.housekeepingTimeout, usual)) }
        defer { self.wait(usual) }
        do throws(StoreError) {
            try self.execute("BEGIN IMMEDIATE")
            self.isLocked = false
        } catch {
            if case .locked = error, !self.isHousekeeping { self.isLocked = true }
            throw error
        }
    }

    private func wait(_ time: Duration) {
        self.busyTimeout = time
        sqlite3_busy_timeout(self.handle, Int32(clamping: time.wholeMilliseconds))
    }

    private func statement(_ sql: StaticString) throws(StoreError) -> Statement {
        self.preconditionOnOwner()
        if let statement = self.statements[sql.utf8Start] { return statement }
        let statement = try Statement(sql, self)
        self.statements[sql.utf8Start] = statement
        return statement
    }

    private func preconditionOnOwner() {
        precondition(pthread_equal(self.owner, pthread_self()) != 0, "a database belongs to the thread that opened it")
    }
}
