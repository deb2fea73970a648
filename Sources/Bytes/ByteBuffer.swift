/// Owned bytes that grow at the end and are consumed at the start; the memory is kept for the next use.
///
/// Spans cannot be taken from a class's stored property, so readers go through `withSpan`. While the bytes are lent that way
/// nothing may change them: a count beside the bytes stops whoever tries, in release builds too, where the compiler's own
/// checks of exclusive access are off.
public struct ByteBuffer: ~Copyable {
    /// The first of the bytes. Before them lies the count of how often they are lent, in `headerBytes`.
    @usableFromInline var base: UnsafeMutableRawPointer
    @usableFromInline static let headerBytes = 16
    @usableFromInline var start = 0
    @usableFromInline var end = 0
    @usableFromInline var capacity: Int

    /// No memory is taken until the first byte is appended when `capacity` is zero.
    @inlinable
    public init(capacity: Int = 0) {
        self.base = Self.allocate(capacity)
        self.capacity = capacity
    }

    @inlinable
    deinit { Self.deallocate(self.base) }

    @inlinable
    static func allocate(_ capacity: Int) -> UnsafeMutableRawPointer {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: self.headerBytes + capacity, alignment: 16)
        memory.storeBytes(of: 0, as: Int.self)
        return memory + self.headerBytes
    }

    @inlinable
    static func deallocate(_ base: UnsafeMutableRawPointer) {
        (base - self.headerBytes).deallocate()
    }

    @inlinable var lent: Int {
        get { (self.base - Self.headerBytes).load(as: Int.self) }
        nonmutating set { (self.base - Self.headerBytes).storeBytes(of: newValue, as: Int.self) }
    }

    @inlinable public var count: Int { self.end - self.start }
    @inlinable public var isEmpty: Bool { self.end == self.start }

    @inlinable public var span: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let bytes = UnsafeRawBufferPointer(start: self.base + self.start, count: self.count)
            return _overrideLifetime(Span(_unsafeBytes: bytes), borrowing: self)
        }
    }

    @inlinable
    public func withSpan<Result: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        self.lent &+= 1
        defer { self.lent &-= 1 }
        return try body(self.span)
    }

    @inlinable
    public subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < self.count, "ByteBuffer index out of bounds")
        return self.base.load(fromByteOffset: self.start + index, as: UInt8.self)
    }
}

// MARK: - Appending

extension ByteBuffer {
    @inlinable
    public mutating func append(_ bytes: Span<UInt8>) {
        self.reserve(bytes.count)
        bytes.withUnsafeBytes { source in
            if let address = source.baseAddress {
                (self.base + self.end).copyMemory(from: address, byteCount: source.count)
            }
        }
        self.end += bytes.count
    }

    @inlinable
    public mutating func append(_ byte: UInt8) {
        self.reserve(1)
        self.base.storeBytes(of: byte, toByteOffset: self.end, as: UInt8.self)
        self.end += 1
    }

    // Always inlined: count and address are then constants, and short texts become a store or two.
    @inline(__always)
    @inlinable
    public mutating func append(_ text: StaticString) {
        let count = text.utf8CodeUnitCount
        self.reserve(count)
        (self.base + self.end).copyMemory(from: text.utf8Start, byteCount: count)
        self.end += count
    }

    @inlinable
    public mutating func append(_ bytes: [UInt8]) {
        self.append(bytes.span)
    }

    /// For paths that are not hot: a native string's bytes are copied without an intermediate array.
    public mutating func append(text: String) {
        var text = text
        text.withUTF8 { utf8 in
            self.reserve(utf8.count)
            if let address = utf8.baseAddress {
                (self.base + self.end).copyMemory(from: address, byteCount: utf8.count)
            }
            self.end += utf8.count
        }
    }

    /// Appends `value` in decimal.
    @inlinable
    public mutating func append(decimal value: UInt64) {
        self.reserve(20)
        var digits = 1
        var bound: UInt64 = 10
        while value >= bound && digits < 20 {
            digits += 1
            let (next, overflow) = bound.multipliedReportingOverflow(by: 10)
            if overflow { break }
            bound = next
        }
        var rest = value
        var position = self.end + digits
        repeat {
            position -= 1
            let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
            self.base.storeBytes(
                of: 0x30 + UInt8(truncatingIfNeeded: remainder),
                toByteOffset: position,
                as: UInt8.self
            )
            rest = quotient
        } while rest > 0
        self.end += digits
    }

    /// Appends `value` in lower-case hexadecimal without leading zeros.
    public mutating func append(hexadecimal value: UInt64) {
        let digits = (UInt64.bitWidth - value.leadingZeroBitCount + 3) / 4
        self.append(hexadecimal: value, digits: Swift.max(digits, 1))
    }

    /// Appends `value` in lower-case hexadecimal with exactly `digits` digits.
    public mutating func append(hexadecimal value: UInt64, digits: Int) {
        self.reserve(16)
        // All sixteen digits at once, eight in each half; the leading ones that are not wanted are left out.
        self.appendWord(Self.hexadecimalDigits(UInt32(truncatingIfNeeded: value >> 32)), skipping: 16 - digits)
        self.appendWord(
            Self.hexadecimalDigits(UInt32(truncatingIfNeeded: value)),
            skipping: Swift.max(8 - digits, 0)
        )
    }

    private mutating func appendWord(_ word: UInt64, skipping skipped: Int) {
        guard skipped < 8 else { return }
        self.base.storeBytes(of: word >> UInt64(8 * skipped), toByteOffset: self.end, as: UInt64.self)
        self.end += 8 - skipped
    }

    /// The eight digits of `value` as ASCII, the first one in the lowest byte. One digit a byte is spread out by shifts, then
    /// 6 is added to carry out of those above 9.
    private static func hexadecimalDigits(_ value: UInt32) -> UInt64 {
        var digits = UInt64(value.byteSwapped)
        digits = (digits | digits << 16) & 0x0000_ffff_0000_ffff
        digits = (digits | digits << 8) & 0x00ff_00ff_00ff_00ff
        digits = (digits >> 4 & 0x000f_000f_000f_000f) | (digits & 0x000f_000f_000f_000f) << 8
        let letters = (digits &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return digits &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
    }
}

// MARK: - Filling from a system call, and consuming

extension ByteBuffer {
    /// Room for at least `count` more bytes.
    @inlinable
    public mutating func reserve(_ count: Int) {
        precondition(self.lent == 0, "bytes were changed while they were lent")
        if self.capacity - self.end < count { self.makeRoom(count) }
    }

    /// Lets `body` write into at least `room` free bytes; it returns how many it wrote.
    @inlinable
    public mutating func fill(room: Int, _ body: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
        self.reserve(room)
        let written = body(UnsafeMutableRawBufferPointer(start: self.base + self.end, count: self.capacity - self.end))
        precondition(written >= 0 && written <= self.capacity - self.end, "more bytes written than there was room for")
        self.end += written
        return written
    }

    @inlinable
    public mutating func removeFirst(_ count: Int) {
        precondition(self.lent == 0, "bytes were changed while they were lent")
        precondition(count >= 0 && count <= self.count, "more bytes consumed than there are")
        self.start += count
        if self.start == self.end { self.removeAll() }
    }

    @inlinable
    public mutating func removeLast(_ count: Int) {
        precondition(self.lent == 0, "bytes were changed while they were lent")
        precondition(count >= 0 && count <= self.count, "more bytes removed than there are")
        self.end -= count
    }

    @inlinable
    public mutating func removeAll() {
        precondition(self.lent == 0, "bytes were changed while they were lent")
        self.start = 0
        self.end = 0
    }

    /// Forgets the bytes, and the memory too when it is more than `keeping` bytes.
    public mutating func reset(keeping: Int) {
        self.removeAll()
        guard self.capacity > keeping else { return }
        Self.deallocate(self.base)
        self.base = Self.allocate(keeping)
        self.capacity = keeping
    }

    @usableFromInline
    mutating func makeRoom(_ count: Int) {
        let used = self.count
        if self.start > 0 && self.capacity - used >= count && self.start >= used {
            self.base.copyMemory(from: self.base + self.start, byteCount: used)
        } else {
            let capacity = Swift.max(self.capacity * 2, used + count, 64)
            let grown = Self.allocate(capacity)
            grown.copyMemory(from: self.base + self.start, byteCount: used)
            Self.deallocate(self.base)
            self.base = grown
            self.capacity = capacity
        }
        self.start = 0
        self.end = used
    }
}
