import Bytes

/// Neighbouring lines that are copied at once.
struct LineRun {
    private(set) var range = ByteRange.empty

    /// False when `line` does not follow: copy `range`, then `restart`.
    @inline(__always)
    mutating func extend(_ line: ByteRange) -> Bool {
        if self.range.isEmpty {
            self.range = line
            return true
        }
        guard self.range.end == Int(line.start) else { return false }
        self.range.count += line.count
        return true
    }

    @inline(__always)
    mutating func restart(_ line: ByteRange) {
        self.range = line
    }
}
