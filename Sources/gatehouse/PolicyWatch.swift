import Glibc
import Reactor

/// Notices that a file of the policy changed, in whichever way: written, replaced, or a link on the way to it swapped,
/// as mounted volumes do. Looking is cheap: one `stat` for each file, twice a second.
final class PolicyWatch {
    static let interval: Duration = .milliseconds(500)
    /// A change is told when a second has passed since it was seen,
    static let patience = 2
    /// and nothing has changed in between; but not later than this.
    static let maximumPatience = 10

    typealias Look = [String: FileState?]

    private var settled: Look
    private var latest: Look
    /// Looks since the first that saw a change.
    private var looks = 0
    private let changed: () -> Void
    private var timer: LoopTimer?

    /// Calls `changed` on the loop, again and again until `settle` is called.
    init(files: [String], on loop: EventLoop, _ changed: @escaping () -> Void) {
        self.settled = Self.look(at: files)
        self.latest = self.settled
        self.changed = changed
        self.timer = LoopTimer(on: loop, after: Self.interval, repeats: true) { [unowned self] in self.check() }
    }

    /// How the files are now.
    func look() -> Look { Self.look(at: Array(self.settled.keys)) }

    private static func look(at files: [String]) -> Look {
        Dictionary(files.map { ($0, FileState($0)) }) { first, _ in first }
    }

    /// `files` were read, at the earliest when `look` told how they are.
    func settle(on files: [String], asOf look: Look) {
        self.settled = Self.look(at: files).merging(look.filter { files.contains($0.key) }) { _, earlier in earlier }
        self.latest = self.settled
        self.looks = 0
    }

    private func check() {
        let current = self.look()
        let isStill = current == self.latest
        self.latest = current
        self.looks = current == self.settled ? 0 : self.looks + 1
        if self.looks > Self.maximumPatience || (isStill && self.looks > Self.patience) { self.changed() }
    }
}

/// What tells two states of a file apart without reading it.
struct FileState: Equatable {
    private let device: UInt64
    private let inode: UInt64
    private let size: Int64
    private let modified: timespec
    private let changed: timespec

    /// Nil when there is no such file, or it cannot be looked at.
    init?(_ path: String) {
        var status = stat()
        // Through links, so that the file behind them counts.
        guard stat(path, &status) == 0 else { return nil }
        self.device = UInt64(status.st_dev)
        self.inode = UInt64(status.st_ino)
        self.size = Int64(status.st_size)
        self.modified = status.st_mtim
        self.changed = status.st_ctim
    }

    static func == (one: FileState, other: FileState) -> Bool {
        one.device == other.device && one.inode == other.inode && one.size == other.size
            && one.modified.tv_sec == other.modified.tv_sec && one.modified.tv_nsec == other.modified.tv_nsec
            && one.changed.tv_sec == other.changed.tv_sec && one.changed.tv_nsec == other.changed.tv_nsec
    }
}
