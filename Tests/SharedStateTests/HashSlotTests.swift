import Testing

@testable import SharedState

@Suite("The slot of a key")
struct HashSlotTests {
    /// Redis Cluster specification, appendix A.
    @Test("is made with the CRC16 of the specification")
    func crc() {
        #expect(HashSlot.crc16(Array("123456789".utf8)[...]) == 0x31C3)
    }

    /// The examples of `CLUSTER KEYSLOT` and of the specification's hash tags, and what Redis 7 says of the rest.
    @Test(
        "is the one that Redis says",
        arguments: [
            ("somekey", 11058), ("foo{hash_tag}", 2515), ("bar{hash_tag}", 2515), ("hash_tag", 2515), ("foo", 12182),
            ("bar", 5061), ("", 0),
        ]
    )
    func examples(_ key: String, _ slot: Int) {
        #expect(HashSlot.of(Array(key.utf8)) == slot)
    }

    @Test(
        "is that of the first tag, if there is something in it",
        arguments: [
            ("{user1000}.following", "user1000"), ("foo{}{bar}", "foo{}{bar}"), ("foo{{bar}}zap", "{bar"),
            ("foo{bar}{zap}", "bar"), ("foo{bar", "foo{bar"), ("foo}bar{", "foo}bar{"),
        ]
    )
    func tags(_ key: String, _ whole: String) {
        let bytes = Array(whole.utf8)
        #expect(HashSlot.of(Array(key.utf8)) == Int(HashSlot.crc16(bytes[...])) % HashSlot.count)
    }
}
