import Policy

/// An answer of the policy's own: `respond`.
struct PreparedAnswer: Hashable {
    let status: UInt16
    let lines: [UInt8]
    let body: [UInt8]

    init(status: Int, headers: [HeaderSettings], body: String) {
        self.status = UInt16(status)
        var headers = headers
        if !body.isEmpty && !headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            headers.append(HeaderSettings(name: "Content-Type", value: "text/plain; charset=utf-8"))
        }
        self.lines = HeaderLines(headers).lines
        self.body = [UInt8](body.utf8)
    }
}
