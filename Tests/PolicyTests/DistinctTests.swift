import Testing

@testable import Policy

@Suite("Distinct values")
struct DistinctTests {
    @Test("are kept once, each at the place of its first coming")
    func places() {
        var distinct = Distinct<String>()
        #expect(["a", "b", "a", "c", "b"].map { distinct.place(of: $0) } == [0, 1, 0, 2, 1])
        #expect(distinct.values == ["a", "b", "c"])
    }
}
