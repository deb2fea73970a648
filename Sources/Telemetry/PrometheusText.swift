public import Bytes

/// Writes metrics in Prometheus' text exposition format 0.0.4.
public struct PrometheusText: ~Copyable {
    public static let contentType: StaticString = "text/plain; version=0.0.4; charset=utf-8"

    public enum Kind: String {
        case counter, gauge, histogram
    }

    private var text: ByteBuffer
    private let prefix: String
    private var family = ""

    public init(prefix: String = "gatehouse_") {
        self.text = ByteBuffer(capacity: 16 * 1024)
        self.prefix = prefix
    }

    /// Begins a family; the samples that follow belong to it.
    public mutating func begin(_ name: String, _ kind: Kind, help: String) {
        self.family = self.prefix + name
        self.text.append(text: "# HELP \(self.family) \(Self.escaped(help, quote: false))\n")
        self.text.append(text: "# TYPE \(self.family) \(kind.rawValue)\n")
    }

    public mutating func sample(_ labels: [(name: String, value: String)], _ value: UInt64) {
        self.line(suffix: "", labels, value: "\(value)")
    }

    public mutating func sample(_ labels: [(name: String, value: String)], signed value: Int) {
        self.line(suffix: "", labels, value: "\(value)")
    }

    public mutating func sample(_ labels: [(name: String, value: String)], decimal value: Double) {
        self.line(suffix: "", labels, value: Self.number(value))
    }

    /// Buckets are cumulative, and their sum is in seconds.
    public mutating func sample(_ histogram: Histogram) {
        var total: UInt64 = 0
        for bucket in Histogram.labels.indices {
            total += histogram.counts[bucket]
            self.line(suffix: "_bucket", [("le", "\(Histogram.labels[bucket])")], value: "\(total)")
        }
        self.line(suffix: "_bucket", [("le", "+Inf")], value: "\(histogram.count)")
        self.line(suffix: "_sum", [], value: Self.number(Double(histogram.sum) / 1e9))
        self.line(suffix: "_count", [], value: "\(histogram.count)")
    }

    /// The page as bytes; ends the writer.
    public consuming func finish() -> ByteBuffer { self.text }

    private mutating func line(suffix: String, _ labels: [(name: String, value: String)], value: String) {
        self.text.append(text: self.family + suffix)
        if !labels.isEmpty {
            let pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value, quote: true))\"" }
            self.text.append(text: "{" + pairs.joined(separator: ",") + "}")
        }
        self.text.append(text: " \(value)\n")
    }

    /// Swift writes doubles as Go reads them, but for the special ones.
    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return "\(value)"
    }

    /// Backslash and line feed are escaped everywhere, quotes only in label values.
    private static func escaped(_ text: String, quote: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quote: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
