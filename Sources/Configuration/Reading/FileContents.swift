import Glibc

/// Why a file could not be read.
package struct FileError: Error, Equatable {
    package var reason: String
    /// There is no such file, rather than one that may not be read.
    package var isAbsent: Bool

    package init(reason: String, isAbsent: Bool = false) {
        self.reason = reason
        self.isAbsent = isAbsent
    }
}

/// Whole files.
package enum FileContents {
    package static func read(_ path: String, maximumBytes: Int = YAMLLimits.maximumBytes) throws(FileError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.error(errno) }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { throw Self.error(errno) }
            if count == 0 { return contents }
            contents.append(contentsOf: chunk[..<count])
            guard contents.count <= maximumBytes else {
                throw FileError(reason: "larger than \(maximumBytes >> 20)MiB")
            }
        }
    }

    private static func error(_ code: Int32) -> FileError {
        FileError(reason: String(cString: strerror(code)), isAbsent: code == ENOENT)
    }
}
