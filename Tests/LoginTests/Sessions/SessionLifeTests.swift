import Testing

@testable import Login

@Suite("The life of a session")
struct SessionLifeTests {
    /// 1000 s from sign-in, and 100 s without a request.
    private static let life: SessionLife = {
        var settings = SessionSettings()
        settings.lifetime = .seconds(1000)
        settings.idle = .seconds(100)
        return SessionLife(settings)
    }()

    private static func times(seen: Int64 = 0, refreshed: Int64 = 0, due: Int64? = nil) -> Session.Times {
        Session.Times(startedAt: 0, seenAt: seen, refreshedAt: refreshed, refreshDueAt: due)
    }

    @Test(
        "B8: ends at its lifetime even if it is used, and before when it is not",
        arguments: [
            (seen: 0, now: 0, isOver: false), (0, 99_999, false), (0, 100_000, true), (50_000, 149_999, false),
            (50_000, 150_000, true), (999_999, 999_999, false), (999_999, 1_000_000, true), (999_999, 5_000_000, true),
            // The clock was set back.
            (50_000, 10_000, false),
        ] as [(seen: Int64, now: Int64, isOver: Bool)]
    )
    func end(_ seen: Int64, _ now: Int64, _ isOver: Bool) {
        #expect(Self.life.isOver(Self.times(seen: seen), at: now) == isOver)
        #expect(Self.life.endsAt(Self.times(seen: seen)) == 1_000_000)
    }

    @Test(
        "is noted as seen at most once in a quarter of idle",
        arguments: [(0, false), (24_999, false), (25_000, true), (99_999, true)] as [(Int64, Bool)]
    )
    func noted(_ now: Int64, _ isToBeNoted: Bool) {
        #expect(Self.life.isToBeNoted(Self.times(seen: 0), at: now) == isToBeNoted)
        #expect(Self.life.isToBeNoted(Self.times(seen: 10_000), at: now + 10_000) == isToBeNoted)
    }

    private static func life(lifetime: Int64, idle: Int64) -> SessionLife {
        var settings = SessionSettings()
        settings.lifetime = .seconds(lifetime)
        settings.idle = .seconds(idle)
        return SessionLife(settings)
    }

    /// Cut-offs of before are kept no longer than copies lived then.
    @Test("B8: a copy that was over does not come back to life with longer times, and one in use lives on")
    func longer() {
        let long = Self.life(lifetime: 5000, idle: 500).behind(Self.life, at: 200_000)
        let (left, used) = (Self.times(seen: 90_000), Self.times(seen: 150_000))
        #expect(long.isOver(left, at: 190_000) && long.isOver(left, at: 200_000) && !long.isOver(left, at: 189_999))
        #expect(!long.isOver(used, at: 249_999) && long.isOver(used, at: 250_000))
        // Its browser gets a copy that was seen now, and that is held to the longer times alone.
        #expect(long.isToBeNoted(used, at: 200_000) && !long.isToBeNoted(Self.times(seen: 200_000), at: 201_000))
        #expect(!long.isOver(Self.times(seen: 200_000), at: 699_999))
        #expect(long.isOver(Self.times(seen: 199_999), at: 1_000_000))
        #expect(!long.isOver(Self.times(seen: 999_999), at: 1_000_000))
    }

    @Test("B8: of several reloads the shortest times count for what was seen before them")
    func several() {
        let short = Self.life(lifetime: 300, idle: 30).behind(Self.life, at: 100_000)
        #expect(!short.isToBeNoted(Self.times(seen: 99_000), at: 100_000))
        let long = Self.life.behind(Self.life.behind(short, at: 200_000), at: 210_000)
        #expect(long.isOver(Self.times(seen: 180_000), at: 210_000))
        let longer = Self.life(lifetime: 5000, idle: 500).behind(long, at: 220_000)
        #expect(longer.isOver(Self.times(seen: 190_000), at: 220_000))
        #expect(!longer.isOver(Self.times(seen: 220_000), at: 250_000))
        #expect(Self.life.behind(Self.life, at: 100_000) == Self.life)
    }

    @Test(
        "asks for the next token a tenth of its life ahead, and a minute at the most",
        arguments: [
            (300_000, 269_999, .none), (300_000, 270_000, .ahead), (300_000, 299_999, .ahead), (300_000, 300_000, .due),
            (300_000, 900_000, .due), (3_600_000, 3_539_999, .none), (3_600_000, 3_540_000, .ahead), (0, 0, .due),
            // It had run out when it came.
            (-5, -6, .none), (-5, 0, .due),
        ] as [(due: Int64, now: Int64, refresh: SessionLife.Refresh)]
    )
    func refresh(_ due: Int64, _ now: Int64, _ expected: SessionLife.Refresh) {
        #expect(Self.life.refresh(Self.times(due: due), at: now) == expected)
    }

    @Test("asks for none without a refresh token, and needs no provider")
    func noRefresh() {
        #expect(Self.life.refresh(Self.times(), at: .max) == .none)
        #expect(Self.life.survivesProvider(Self.times(), at: .max))
    }

    @Test(
        "outlives its token for five minutes while the provider is away",
        arguments: [(60_000, true), (359_999, true), (360_000, false)] as [(Int64, Bool)]
    )
    func grace(_ now: Int64, _ survives: Bool) {
        #expect(Self.life.survivesProvider(Self.times(due: 60_000), at: now) == survives)
    }

    @Test("counts its refreshes, and lives no longer for them")
    func refreshed() {
        let session = SessionFixture.refreshable(tokenLife: 300)
        var next = session.identity
        next.accessExpiresAt = SessionFixture.start / 1000 + 600
        let later = session.refreshed(next, at: SessionFixture.start + 290_000)
        #expect(later.name == session.name && later.version == 1)
        #expect(later.times.startedAt == SessionFixture.start)
        #expect(later.times.seenAt == SessionFixture.start + 290_000)
        #expect(later.times.refreshedAt == SessionFixture.start + 290_000)
        #expect(later.times.refreshDueAt == SessionFixture.start + 600_000)
        next.refreshToken = nil
        #expect(later.refreshed(next, at: SessionFixture.start + 300_000).times.refreshDueAt == nil)
        #expect(later.refreshed(next, at: SessionFixture.start).times.seenAt == later.times.seenAt)
    }
}
