import Glibc

/// Messages go to standard error, so that standard output is data alone.
enum Message {
    static func say(_ text: String) { self.write(text + "\n") }

    /// Without an end of the line: a prompt.
    static func write(_ text: String) {
        var text = text
        text.withUTF8 { _ = Glibc.write(2, $0.baseAddress, $0.count) }
    }
}
