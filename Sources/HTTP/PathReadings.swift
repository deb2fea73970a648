import Bytes

/// Every other path that an upstream could take a normal form for: escapes decoded once and twice (a broken one
/// stays), `;…` dropped from each segment, cut at `?` or `#`, in every combination and order, each normalised again.
///
/// Only for paths whose traits say `hasOtherReadings`; it allocates.
public struct PathReadings: Sendable {
    /// All of them, each once; the normal form itself is not among them.
    public private(set) var all: [[UInt8]] = []

    /// False when there were more than `maximumCount`: then the path must be refused.
    public private(set) var isComplete = true

    /// No honest path comes near it; it bounds the work for the others.
    public static let maximumCount = 32

    public init(of normalForm: Span<UInt8>) {
        let own = normalForm.array
        var level = [own]
        Self.addCutsAndDrops(to: &level)
        var found = level
        for _ in 0..<2 {
            let decoded = Self.unique(level.map { Self.decoded($0.span) })
            if decoded == level { break }
            level = decoded
            Self.addCutsAndDrops(to: &level)
            found += level
            guard level.count <= Self.maximumCount else {
                self.isComplete = false
                return
            }
        }
        self.all = Self.unique(found.map { Self.normalised($0.span) }).filter { $0 != own }
        self.isComplete = self.all.count <= Self.maximumCount
    }

    /// Adds what dropping parameters and cutting make of each path, in either order.
    private static func addCutsAndDrops(to paths: inout [[UInt8]]) {
        for path in paths {
            let hasParameters = path.contains(UInt8(ascii: ";"))
            let hasEnd = path.contains { Self.endsPath($0) }
            let dropped = hasParameters ? Self.withoutParameters(path.span) : path
            let cut = hasEnd ? Self.cut(path.span) : path
            if hasParameters { paths.append(dropped) }
            if hasEnd { paths.append(cut) }
            if hasParameters && hasEnd { paths += [Self.cut(dropped.span), Self.withoutParameters(cut.span)] }
        }
        paths = Self.unique(paths)
    }
}

// MARK: - One step each

extension PathReadings {
    private static func decoded(_ path: Span<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(path.count)
        var index = 0
        while index < path.count {
            if path[index] == UInt8(ascii: "%"), let byte = path.escape(at: index) {
                result.append(byte)
                index += 3
            } else {
                result.append(path[index])
                index += 1
            }
        }
        return result
    }

    private static func withoutParameters(_ path: Span<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(path.count)
        var isParameter = false
        for index in 0..<path.count {
            switch path[index] {
            case UInt8(ascii: "/"): isParameter = false
            case UInt8(ascii: ";"): isParameter = true
            default: break
            }
            if !isParameter { result.append(path[index]) }
        }
        return result
    }

    private static func cut(_ path: Span<UInt8>) -> [UInt8] {
        for index in 0..<path.count where Self.endsPath(path[index]) { return path.extracting(0..<index).array }
        return path.array
    }

    /// What a reader may take for the start of a query or a fragment.
    private static func endsPath(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }

    private static func normalised(_ path: Span<UInt8>) -> [UInt8] {
        var buffer = ByteBuffer(capacity: path.count + 1)
        PathNormaliser.write(path, into: &buffer)
        return buffer.span.array
    }

    private static func unique(_ paths: [[UInt8]]) -> [[UInt8]] {
        guard paths.count > 1 else { return paths }
        var result: [[UInt8]] = []
        for path in paths where !result.contains(path) { result.append(path) }
        return result
    }
}
