import ArgumentParser
import JOSE

/// `--format`: for people, or for programs.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    case text, json
}

/// What a command has to say on standard output.
enum Output {
    /// `text` ends with a newline; of the two only the one that is printed is made.
    static func write(_ format: OutputFormat, text: @autoclosure () -> String, json: @autoclosure () -> JSONValue) {
        switch format {
        case .text: print(text(), terminator: "")
        case .json: print(json().jsonText)
        }
    }
}
