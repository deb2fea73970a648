internal import Foundation

extension [Specimen] {
    /// Hands the specimens to the bench that looks at them in a browser (`Tests/EndToEnd/test_pages.py`): to the folder that
    /// GATEHOUSE_SPECIMENS names, if it does.
    public func writeForBrowser() throws {
        guard let folder = ProcessInfo.processInfo.environment["GATEHOUSE_SPECIMENS"] else { return }
        for specimen in self {
            let file = URL(filePath: folder).appending(path: specimen.name)
            try Data(specimen.page.body).write(to: file.appendingPathExtension("html"))
            let fields = specimen.page.fields.map { "\($0.name): \($0.value)\n" }.joined()
            try Data(fields.utf8).write(to: file.appendingPathExtension("fields"))
        }
    }
}
