public import Bytes
import Glibc

/// The time of day as log lines tell it. One per worker: the date is formatted again only when the second changes.
public struct WallClock: ~Copyable {
    // "2026-01-02T03:04:05.678Z" is three words; the last one without its milliseconds.
    @usableFromInline var second = Int64.min
    @usableFromInline var head: UInt64 = 0
    @usableFromInline var middle: UInt64 = 0
    @usableFromInline var tail: UInt64 = 0

    public init() {}

    /// Milliseconds since 1970, UTC.
    public static var milliseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Nanoseconds of a clock that only moves forward, for durations.
    public static var monotonicNanoseconds: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Appends `milliseconds` since 1970 in RFC 3339 form with milliseconds: 24 bytes.
    @inlinable
    public mutating func append(_ milliseconds: Int64, to buffer: inout ByteBuffer) {
        let second = milliseconds / 1000
        if second != self.second { self.format(second) }
        let rest = UInt64(milliseconds - second * 1000)
        let (hundreds, tens, ones) = (rest / 100, rest / 10 % 10, rest % 10)
        let tail = self.tail | hundreds << 32 | tens << 40 | ones << 48
        let (head, middle) = (self.head, self.middle)
        _ = buffer.fill(room: 24) { bytes in
            bytes.storeBytes(of: head.littleEndian, toByteOffset: 0, as: UInt64.self)
            bytes.storeBytes(of: middle.littleEndian, toByteOffset: 8, as: UInt64.self)
            bytes.storeBytes(of: tail.littleEndian, toByteOffset: 16, as: UInt64.self)
            return 24
        }
    }

    /// Appends the current time.
    public mutating func appendNow(to buffer: inout ByteBuffer) {
        self.append(Self.milliseconds, to: &buffer)
    }
}

// MARK: - The date

extension WallClock {
    @usableFromInline
    mutating func format(_ second: Int64) {
        // Years 1970 to 9999: what has four digits and what a clock can say.
        precondition(second >= 0 && second < 253_402_300_800, "a time that RFC 3339 cannot write")
        let (days, time) = second.quotientAndRemainder(dividingBy: 86400)
        let (year, month, day) = Self.civilDate(days)
        self.head = Self.word("\0\0\0\0-\0\0-") | Self.digits(year, 4, at: 0) | Self.digits(month, 2, at: 5)
        self.middle =
            Self.word("\0\0T\0\0:\0\0") | Self.digits(day, 2, at: 0) | Self.digits(time / 3600, 2, at: 3)
            | Self.digits(time / 60 % 60, 2, at: 6)
        self.tail = Self.word(":\0\0.000Z") | Self.digits(time % 60, 2, at: 1)
        self.second = second
    }

    /// The proleptic Gregorian date of a day since 1970-01-01, by eras of 400 years that begin in March.
    private static func civilDate(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    /// Eight characters as a word, the first in the lowest byte.
    private static func word(_ text: StaticString) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(text.utf8Start[$1]) << UInt64(8 * $1) }
    }

    private static func digits(_ value: Int64, _ count: Int, at position: Int) -> UInt64 {
        var (rest, word) = (UInt64(value), UInt64(0))
        for index in (position..<position + count).reversed() {
            word |= (0x30 + rest % 10) << UInt64(8 * index)
            rest /= 10
        }
        return word
    }
}
