import ArgumentParser
import Glibc
import JOSE

/// `--format`: for people, or for programs.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    case text, json
}

/// What a command has to say on standard output.
enum Output {
    /// `text` ends with a newline; of the two only the one that is printed is made. Throws as `write(_:)`.
    static func write(
        _ format: OutputFormat,
        text: @autoclosure () -> String,
        json: @autoclosure () -> JSONValue
    ) throws {
        switch format {
        case .text: try self.write(text())
        case .json: try self.write(json().jsonText + "\n")
        }
    }

    /// Throws the exit status if not all of it could be written, after it was said: a script must not go on with half a token.
    static func write(_ text: String) throws {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = Glibc.write(1, Array(rest), rest.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                Message.say("error: standard output: \(String(cString: strerror(errno)))")
                throw ExitStatus.unusable
            }
            rest = rest.dropFirst(count)
        }
    }
}
