internal import Bytes
internal import JOSE

extension JSONValue {
    /// The object with `value` as its member `name`, and no other of that name; nil takes the member away.
    func with(_ name: String, _ value: JSONValue?) -> JSONValue {
        let others = (self.members ?? []).filter { !$0.name.hasSameBytes(as: name) }
        return .object(others + (value.map { [JSONMember(name: name, value: $0)] } ?? []))
    }

    /// The texts of an array, or the one text; nil for what is neither. Elements that are no text are left out.
    var texts: [String]? {
        if let text = self.string { return [text] }
        return self.array.map { $0.compactMap(\.string) }
    }
}
