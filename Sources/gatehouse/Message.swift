import Glibc

/// Messages go to standard error, so that standard output is data alone.
enum Message {
    static func say(_ text: String) {
        var line = text + "\n"
        line.withUTF8 { _ = write(2, $0.baseAddress, $0.count) }
    }
}
