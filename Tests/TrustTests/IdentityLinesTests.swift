import Testing

@testable import Trust

@Suite("The header lines that are kept for a token")
struct IdentityLinesTests {
    @Test("are those of their own configuration")
    func configurations() {
        var kept = IdentityLines()
        kept.keep([1], 2, policy: 1)
        kept.keep([2], 0, policy: 1)
        #expect((0...3).map { kept.lines($0, policy: 1) } == [[2], nil, [1], nil])
    }

    @Test("may be empty, which is not the same as none: no claim of the token is told")
    func empty() {
        var kept = IdentityLines()
        kept.keep([], 0, policy: 1)
        #expect(kept.lines(0, policy: 1) == [])
    }

    @Test("are not those of another policy, whichever came first")
    func policies() {
        var kept = IdentityLines()
        kept.keep([1], 0, policy: 1)
        #expect(kept.lines(0, policy: 2) == nil)
        kept.keep([2], 1, policy: 2)
        #expect(kept.lines(0, policy: 1) == nil)
        #expect(kept.lines(0, policy: 2) == nil)
        #expect(kept.lines(1, policy: 2) == [2])
    }
}
