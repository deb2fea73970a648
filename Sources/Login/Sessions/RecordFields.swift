internal import Bytes

/// Goes through the bytes of a record. Nil where the bytes end too soon.
struct RecordReader {
    var position: Int

    /// Of the times that are read: what is reckoned with them, up to eightfold, stays within 64 bits.
    static let latestTime: Int64 = .max / 8

    mutating func number(_ bytes: Span<UInt8>, byteCount: Int) -> UInt64? {
        guard bytes.count - self.position >= byteCount else { return nil }
        defer { self.position += byteCount }
        return bytes.extracting(self.position..<self.position + byteCount).wholeNumber
    }

    /// Milliseconds since 1970. Nil for what no clock shows.
    mutating func time(_ bytes: Span<UInt8>) -> Int64? {
        self.timeOrNever(bytes).flatMap { $0 == .max ? nil : $0 }
    }

    /// `.max` stands for a time that is not set.
    mutating func timeOrNever(_ bytes: Span<UInt8>) -> Int64? {
        guard let number = self.number(bytes, byteCount: 8), let time = Int64(exactly: number),
            time <= Self.latestTime || time == .max
        else { return nil }
        return time
    }

    mutating func range(_ bytes: Span<UInt8>) -> Range<Int>? {
        guard let count = self.number(bytes, byteCount: 4), count <= UInt64(bytes.count - self.position) else {
            return nil
        }
        defer { self.position += Int(count) }
        return self.position..<self.position + Int(count)
    }

    mutating func text(_ bytes: Span<UInt8>) -> String? {
        self.range(bytes).map { bytes.extracting($0).string }
    }
}

extension ByteBuffer {
    mutating func append(number: UInt64, byteCount: Int) {
        for index in (0..<byteCount).reversed() {
            self.append(UInt8(truncatingIfNeeded: number >> (8 * UInt64(index))))
        }
    }

    mutating func append(time: Int64) { self.append(number: UInt64(bitPattern: time), byteCount: 8) }

    mutating func append(field: [UInt8]) {
        self.append(number: UInt64(field.count), byteCount: 4)
        self.append(field)
    }
}
