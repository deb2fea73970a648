/// `server.workers` as a number, in the policy and on the command line.
package enum WorkerCount {
    /// More loops than any machine has processors.
    static let maximum = 1024

    /// What is expected, for messages.
    package static let form = "a whole number from 1 to \(Self.maximum)"

    /// Nil for what is no number, or one out of range.
    package static func parse(_ text: String) -> Int? {
        Int(text).flatMap { (1...Self.maximum).contains($0) ? $0 : nil }
    }
}
