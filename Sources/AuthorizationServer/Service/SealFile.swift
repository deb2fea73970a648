internal import Bytes
internal import Cryptography
internal import Glibc

/// A file with a sealing key: 32 bytes in base64url or base64, readable by its owner alone.
enum SealFile {
    enum Fault: Error, Equatable, CustomStringConvertible {
        case unreadable(path: String, reason: String)
        case unwritable(path: String, reason: String)
        /// Others may read it.
        case exposed(path: String)
        case malformed(path: String)
        /// The store is there, and what is in it was sealed with the key that is not.
        case missing(path: String)

        var description: String {
            switch self {
            case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
            case .unwritable(let path, let reason): "\(path) cannot be written: \(reason)"
            case .exposed(let path): "\(path) may be read by others; `chmod 600 \(path)`"
            case .malformed(let path):
                "\(path) is no key of 32 bytes in base64; `gatehouse keys generate --session` prints one"
            case .missing(let path):
                """
                \(path) is not there, and the store holds keys that it sealed; put it back from where you keep it, or begin \
                anew by moving the store away, too
                """
            }
        }

        /// With what the system says of its last call.
        fileprivate static func unwritable(_ path: String) -> Fault {
            .unwritable(path: path, reason: String(cString: strerror(errno)))
        }
    }

    /// The ring of all `paths`. The first is made when it is not there: beside a new store, or in front of an older one, which
    /// opens what is there. Never in place of one that was mislaid.
    static func ring(_ paths: [String], isForNewStore: Bool) throws(Fault) -> SealingRing {
        var keys: [SealingKey] = []
        for (index, path) in paths.enumerated() {
            if index == 0, !DataDirectory.has(path) {
                guard isForNewStore || paths.count > 1 else { throw .missing(path: path) }
                try self.make(path)
            }
            keys.append(try self.read(path))
        }
        return SealingRing(keys) ?? SealingRing(.generate())
    }

    /// What `ring` would come to, for who only looks: nothing is made. Without the key that would be made; nil if that is the
    /// only one.
    static func trial(_ paths: [String], isForNewStore: Bool) throws(Fault) -> SealingRing? {
        var keys: [SealingKey] = []
        for (index, path) in paths.enumerated() {
            guard index == 0, !DataDirectory.has(path) else {
                keys.append(try self.read(path))
                continue
            }
            guard isForNewStore || paths.count > 1 else { throw .missing(path: path) }
            if let reason = StoreFile(path).placeFault { throw .unwritable(path: path, reason: reason) }
        }
        return SealingRing(keys)
    }

    /// Throws what is wrong with a file that is there.
    static func check(_ path: String) throws(Fault) { _ = try self.read(path) }

    /// The ring of those of `paths` that are there, for who only looks. Makes nothing.
    static func ring(existing paths: [String]) throws(Fault) -> SealingRing {
        var keys: [SealingKey] = []
        for path in paths where DataDirectory.has(path) { keys.append(try self.read(path)) }
        guard let ring = SealingRing(keys) else { throw .missing(path: paths.first ?? "") }
        return ring
    }

    // MARK: - Private details

    /// The key is whole on the disk before the file has its name: who finds the file, now or after a crash, finds a key.
    private static func make(_ path: String) throws(Fault) {
        try DataDirectory.make(for: path)
        let draft = "\(path).\(Base64URL.encode(Randomness.bytes(count: 9)))"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unwritable(path) }
        defer {
            close(descriptor)
            unlink(draft)
        }
        let text = Array((Base64URL.encode(SealingKey.generate().secret) + "\n").utf8)
        guard write(descriptor, text, text.count) == text.count, fsync(descriptor) == 0 else { throw .unwritable(path) }
        // Replaces nothing: another process may have been faster, and its key is the one.
        guard link(draft, path) == 0 || errno == EEXIST else { throw .unwritable(path) }
        try DataDirectory.flush(for: path)
    }

    private static func read(_ path: String) throws(Fault) -> SealingKey {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(path: path, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        guard status.st_mode & 0o077 == 0 else { throw .exposed(path: path) }
        // Longer than any key, so that what is too long is seen to be.
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard let key = self.key(bytes.prefix(max(0, count))) else { throw .malformed(path: path) }
        return key
    }

    private static func key(_ text: ArraySlice<UInt8>) -> SealingKey? {
        let letters = text.filter { $0 > 0x20 }
        return Base64URL.decode(eitherAlphabet: letters.span).flatMap { SealingKey($0) }
    }
}

/// The directory of a file that the server makes.
enum DataDirectory {
    /// Whether there is something of that name.
    static func has(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Makes it (0700) when it is not there; its own parent must be.
    static func make(for path: String) throws(SealFile.Fault) {
        let directory = self.path(of: path)
        guard !self.has(directory) else { return }
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else { throw .unwritable(directory) }
    }

    /// A name in it outlives a crash from now on.
    static func flush(for path: String) throws(SealFile.Fault) {
        let directory = self.path(of: path)
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unwritable(directory) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .unwritable(directory) }
    }

    /// Of the file, or of the directory, of that name.
    static func path(of file: String) -> String {
        guard let slash = file.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == file.startIndex ? "/" : String(file[..<slash])
    }
}
