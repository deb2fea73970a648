import Bytes

/// Which of a cluster's slots a key belongs to.
///
/// Redis Cluster specification, "Key distribution model" and "Hash tags": CRC16 of the key, or of what stands between its
/// first `{` and the next `}` if that is something, modulo 16384.
enum HashSlot {
    static let count = 16384

    static func of(_ key: [UInt8]) -> Int {
        Int(self.crc16(key[self.taggedRange(of: key)])) % self.count
    }

    private static func taggedRange(of key: [UInt8]) -> Range<Int> {
        guard let opening = key.firstIndex(of: UInt8(ascii: "{")) else { return key.indices }
        guard let closing = key[(opening + 1)...].firstIndex(of: UInt8(ascii: "}")) else { return key.indices }
        return closing == opening + 1 ? key.indices : opening + 1..<closing
    }

    /// CRC-16/XMODEM: polynomial 0x1021, from zero, highest bit first.
    static func crc16(_ bytes: ArraySlice<UInt8>) -> UInt16 {
        bytes.reduce(0) { crc, byte in crc << 8 ^ self.table[Int(UInt8(truncatingIfNeeded: crc >> 8) ^ byte)] }
    }

    private static let table: [UInt16] = (0..<256).map { byte in
        (0..<8).reduce(UInt16(byte) << 8) { crc, _ in crc & 0x8000 == 0 ? crc << 1 : crc << 1 ^ 0x1021 }
    }
}
