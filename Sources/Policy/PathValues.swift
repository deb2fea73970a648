import Bytes

/// The values of a route's path parameters, decoded where they lie.
struct PathValues: ~Escapable {
    private let parameters: PathParameters
    private let path: Span<UInt8>

    @_lifetime(copy path)
    init(parameters: PathParameters, path: Span<UInt8>) {
        self.parameters = parameters
        self.path = path
    }

    /// Whether these parameters, percent-decoded, are UTF-8. Others have no text that a claim could be compared with.
    func areText(_ indexes: [Int]) -> Bool {
        for index in indexes where !self.isText(index) { return false }
        return true
    }

    private func isText(_ index: Int) -> Bool {
        let value = self.path.bytes(self.parameters[index])
        // The path itself is ASCII; only escapes can make anything else.
        guard value.firstIndex(of: UInt8(ascii: "%")) != nil else { return true }
        return String(validating: value.decoded, as: UTF8.self) != nil
    }

    /// The place behind the value of a parameter, if `text` has it at `start`.
    func end(of index: Int, in text: Span<UInt8>, from start: Int) -> Int? {
        let value = self.path.bytes(self.parameters[index])
        var position = 0
        var end = start
        while position < value.count {
            let byte = value.decodedByte(at: &position, before: value.count)
            guard end < text.count && text[end] == byte else { return nil }
            end += 1
        }
        return end
    }
}
