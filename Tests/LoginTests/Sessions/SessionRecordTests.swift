import JOSE
import Telemetry
import Testing

@testable import Login

@Suite("The record of a session")
struct SessionRecordTests {
    private static let full: Session = {
        var identity = SessionFixture.identity([
            JSONMember(name: "sid", value: "s1"),
            JSONMember(name: "groups", value: ["staff", "Ärzte", ""]),
            JSONMember(name: "nested", value: ["a": [1, -1, true, ["b": "\u{0}\"\\\u{1F600}"]]]),
            JSONMember(name: "ratio", value: .real(0.1)),
            JSONMember(name: "nothing", value: .null),
        ])
        identity.accessExpiresAt = 1_800_000_600
        identity.refreshToken = Redacted("a-refresh-token")
        identity.idToken = Redacted("an-id-token")
        identity.scopes = ["openid", "items:read"]
        return SessionFixture.session(identity)
    }()

    @Test("B3: brings everything back")
    func roundTrip() throws {
        let record = SessionRecord.write(Self.full)
        #expect(SessionRecord.session(record) == Self.full)
        let head = try #require(SessionRecord.head(record))
        #expect(head == .init(name: Self.full.name, version: 0, times: Self.full.times))
    }

    private static let latest = RecordReader.latestTime

    @Test(
        "B3: brings odd values back",
        arguments: [
            Session.Times(startedAt: 0, seenAt: 0, refreshedAt: 0),
            Session.Times(startedAt: latest, seenAt: latest, refreshedAt: latest, refreshDueAt: latest),
        ]
    )
    func oddTimes(_ times: Session.Times) {
        for version in [0, 1, UInt32.max] {
            let name = SessionName([UInt8](repeating: 0xFF, count: SessionName.byteCount).span)
            let session = Session(
                name: name,
                version: version,
                times: times,
                provider: "",
                maker: nil,
                identity: Identity(claims: [:], accessToken: Redacted(""))
            )
            let record = SessionRecord.write(session)
            #expect(SessionRecord.session(record) == session)
            #expect(SessionRecord.head(record) == .init(name: name, version: version, times: times))
        }
    }

    /// Found by fuzzing: the end of such a session is no number.
    @Test("is nothing with a time that no clock shows", arguments: [-1, .min, latest + 1, .max] as [Int64])
    func impossibleTimes(_ time: Int64) {
        for path in [\Session.Times.startedAt, \.seenAt, \.refreshedAt] {
            var session = Self.full
            session.times[keyPath: path] = time
            #expect(SessionRecord.head(SessionRecord.write(session)) == nil)
        }
        var session = Self.full
        session.times.refreshDueAt = time
        // The last one stands for a time that is not set.
        #expect((SessionRecord.head(SessionRecord.write(session)) == nil) == (time != .max))
    }

    @Test("is nothing when it lacks bytes, however many")
    func truncation() {
        let record = SessionRecord.write(Self.full)
        for count in 0..<record.count where count != record.count - Self.makerByteCount {
            #expect(SessionRecord.session(Array(record.prefix(count))) == nil, "\(count) bytes")
        }
    }

    /// With its length.
    private static let makerByteCount = 4 + SessionMaker.byteCount

    @Test("one of an earlier version of the gateway says all but who made it")
    func former() throws {
        let record = SessionRecord.write(Self.full)
        let former = try #require(SessionRecord.session(Array(record.dropLast(Self.makerByteCount))))
        #expect(former.maker == nil && Self.full.maker != nil)
        #expect((former.name, former.provider) == (Self.full.name, Self.full.provider))
        #expect(former.times == Self.full.times && former.identity == Self.full.identity)
        #expect(SessionRecord.session(SessionRecord.write(former)) == former)
    }

    @Test("is nothing in another form")
    func form() {
        var record = SessionRecord.write(Self.full)
        for form in [0, 2, 255] as [UInt8] {
            record[0] = form
            #expect(SessionRecord.head(record) == nil)
            #expect(SessionRecord.session(record) == nil)
        }
    }

    @Test("is nothing with a length that leads out of it, and never traps")
    func lengths() {
        let record = SessionRecord.write(Self.full)
        // Behind the head stands the length of the provider's name.
        let place = 53
        for length in [[0, 0, 16, 0], [0x7F, 255, 255, 255], [255, 255, 255, 255]] as [[UInt8]] {
            var changed = record
            changed.replaceSubrange(place..<place + 4, with: length)
            #expect(SessionRecord.session(changed) == nil)
        }
        for index in record.indices {
            var changed = record
            changed[index] ^= 0xFF
            #expect(SessionRecord.session(changed) != Self.full, "byte \(index)")
        }
    }
}
