internal import Bytes

/// The points of Ed25519 whose order divides 8: under such a "key" a signature of zeros verifies for one message in eight
/// or for all. A sound key is never one of them.
enum SmallOrderPoint {
    /// Whether an encoded point, whatever its sign bit, has a small order.
    static func isOne(_ point: [UInt8]) -> Bool {
        var point = point
        point[31] &= 0x7F
        return self.encodings.contains(point)
    }

    /// The y coordinates, little-endian: 0, 1, p - 1, the two of order 8, and 0 and 1 written as p and p + 1.
    private static let encodings: [[UInt8]] = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ].compactMap(Hex.decode)
}
