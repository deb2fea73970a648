import HTTP
import Policy

/// Headers that the policy sets, as lines and names.
struct HeaderLines: Hashable {
    let lines: [UInt8]
    /// Nil when there are none.
    var names: FoldedNameSet? {
        self.list.isEmpty ? nil : FoldedNameSet(self.list.map { String(decoding: $0, as: UTF8.self) })
    }
    private let list: [[UInt8]]

    init(_ headers: [HeaderSettings]) {
        self.lines = headers.flatMap { [UInt8]("\($0.name): \($0.value)\r\n".utf8) }
        self.list = headers.map { [UInt8]($0.name.utf8) }
    }
}
