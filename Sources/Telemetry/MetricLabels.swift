/// The names behind the rows of the counters. They come from the policy and from the gateway's own lists, never from
/// requests. Kept across reloads, so that a route or upstream that stays keeps its row and its counts.
public struct MetricLabels: Sendable {
    /// The row of requests that matched no route; its label is empty.
    public static let noRoute = 0

    public var routes = LabelTable(names: [""])
    public var upstreams = LabelTable()
    /// Headers that only the gateway may set.
    public var headers = LabelTable()
    /// Refusal codes by their raw value.
    public let codes: [String]
    /// Why paths are refused, by raw value.
    public let pathReasons: [String]

    public init(codes: [String], pathReasons: [String]) {
        self.codes = codes
        self.pathReasons = pathReasons
    }
}

/// Names in the order in which they were first seen.
public struct LabelTable: Sendable {
    public private(set) var names: [String]
    private var rows: [String: Int]

    public init(names: [String] = []) {
        self.names = names
        self.rows = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    }

    /// The row of `name`, a new one if it was never seen. For loading a policy.
    public mutating func row(of name: String) -> Int {
        if let row = self.rows[name] { return row }
        self.names.append(name)
        self.rows[name] = self.names.count - 1
        return self.names.count - 1
    }

    func name(of row: Int) -> String {
        self.names.indices.contains(row) ? self.names[row] : "unknown"
    }
}
