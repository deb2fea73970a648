/// Where in the policy a value stands: `routes[2].access.scopes`. Cheap to make, written out only for problems.
indirect enum PolicyPath: Sendable {
    case root
    case key(String, in: PolicyPath)
    case index(Int, in: PolicyPath)
}

extension PolicyPath: CustomStringConvertible {
    var description: String {
        switch self {
        case .root: ""
        case .key(let key, in: .root): Printable.text(key)
        case .key(let key, in: let parent): "\(parent).\(Printable.text(key))"
        case .index(let index, in: let parent): "\(parent)[\(index)]"
        }
    }
}
