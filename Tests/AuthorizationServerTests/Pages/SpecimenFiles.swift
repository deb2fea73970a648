import Foundation
import Testing

@testable import AuthorizationServer

/// Hands the specimens to the bench that looks at them in a browser (`Tests/EndToEnd/test_pages.py`).
@Suite("The specimens")
struct SpecimenFiles {
    @Test("have a name each, and are written where GATEHOUSE_SPECIMENS says")
    func written() throws {
        #expect(Set(Specimen.all.map(\.name)).count == Specimen.all.count)
        guard let folder = ProcessInfo.processInfo.environment["GATEHOUSE_SPECIMENS"] else { return }
        for specimen in Specimen.all {
            let file = URL(filePath: folder).appending(path: specimen.name)
            try Data(specimen.page.body).write(to: file.appendingPathExtension("html"))
            let fields = specimen.page.fields.map { "\($0.name): \($0.value)\n" }.joined()
            try Data(fields.utf8).write(to: file.appendingPathExtension("fields"))
        }
    }
}
