/// The tags that a policy may write, those of the core schema (YAML 1.2, 10.3).
enum YAMLTag: Equatable {
    case null
    case bool
    case integer
    case real
    case text
    case sequence
    case mapping
    /// Any other: what it would mean is known to somebody else.
    case foreign

    init(_ tag: String) {
        switch tag {
        case "tag:yaml.org,2002:null": self = .null
        case "tag:yaml.org,2002:bool": self = .bool
        case "tag:yaml.org,2002:int": self = .integer
        case "tag:yaml.org,2002:float": self = .real
        case "tag:yaml.org,2002:str": self = .text
        case "tag:yaml.org,2002:seq": self = .sequence
        case "tag:yaml.org,2002:map": self = .mapping
        default: self = .foreign
        }
    }

    /// Whether the text of a scalar is read as if it were plain; nil leaves that to its quotes.
    var isPlain: Bool? {
        switch self {
        case .null, .bool, .integer, .real: true
        case .text: false
        case .sequence, .mapping, .foreign: nil
        }
    }

    /// Whether a scalar of that value may have this tag. A foreign one was told of already.
    func fits(_ value: YAMLValue) -> Bool {
        switch (self, value) {
        case (.null, .null), (.bool, .bool), (.integer, .integer), (.real, .real), (.real, .integer): true
        case (.text, _), (.foreign, _): true
        case (.null, _), (.bool, _), (.integer, _), (.real, _), (.sequence, _), (.mapping, _): false
        }
    }
}

extension YAMLEvent {
    /// What to say about a tag that means nothing here.
    var foreignTag: String {
        "the tag \"\(Printable.text(self.tag ?? ""))\" means nothing here; remove it"
    }
}
