import PageReading
import Testing

/// For the bench that looks at them in a browser (`Tests/EndToEnd/test_pages.py`).
@Suite("The specimens of the pages of signing in")
struct LoginSpecimenFiles {
    @Test("have a name each, and are written where GATEHOUSE_SPECIMENS says")
    func written() throws {
        #expect(Set(LoginSpecimens.all.map(\.name)).count == LoginSpecimens.all.count)
        try LoginSpecimens.all.writeForBrowser()
    }
}
