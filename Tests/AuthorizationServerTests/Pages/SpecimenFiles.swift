import PageReading
import Testing

/// For the bench that looks at them in a browser (`Tests/EndToEnd/test_pages.py`).
@Suite("The specimens of the server's pages")
struct SpecimenFiles {
    @Test("have a name each, and are written where GATEHOUSE_SPECIMENS says")
    func written() throws {
        #expect(Set(Specimen.all.map(\.name)).count == Specimen.all.count)
        try Specimen.all.writeForBrowser()
    }
}
