import Bytes
import JOSE

/// A value that claims are compared with, compiled.
enum ComparedValue {
    case value(JSONValue)
    /// Text, some of it from the path.
    case template([Part])

    enum Part {
        case text([UInt8])
        /// By its place in the pattern.
        case parameter(Int)
    }

    init(_ operand: ClaimOperand, parameterNames: [String]) {
        switch operand {
        case .value(.string(let text)):
            self = .template([.text(Array(text.utf8))])
        case .value(let value):
            self = .value(value)
        case .template(let parts):
            self = .template(
                parts.map { part in
                    switch part {
                    case .text(let text):
                        return .text(Array(text.utf8))
                    case .parameter(let name):
                        guard let index = parameterNames.firstIndex(of: name) else {
                            preconditionFailure("unchecked path parameter: \(name)")
                        }
                        return .parameter(index)
                    }
                }
            )
        }
    }

    /// The path parameters in it, by their place in the pattern.
    var parameters: [Int] {
        guard case .template(let parts) = self else { return [] }
        return parts.compactMap { part in
            guard case .parameter(let index) = part else { return nil }
            return index
        }
    }
}

// MARK: - Comparing

extension ComparedValue {
    /// By JSON type and value; text byte by byte.
    func equals(_ claim: JSONValue, _ values: borrowing PathValues) -> Bool {
        switch self {
        case .value(let value):
            return value == claim
        case .template(let parts):
            guard case .string(let text) = claim else { return false }
            return Self.end(of: parts, in: text.utf8Span.span, values) == text.utf8.count
        }
    }

    /// Whether the claim is a text that starts with this one.
    func isPrefix(of claim: JSONValue, _ values: borrowing PathValues) -> Bool {
        guard case .template(let parts) = self, case .string(let text) = claim else { return false }
        return Self.end(of: parts, in: text.utf8Span.span, values) != nil
    }

    /// Whether both are of one JSON type; integers and fractions are numbers alike.
    func isComparable(with claim: JSONValue) -> Bool {
        switch (self, claim) {
        case (.template, .string), (.value(.null), .null), (.value(.bool), .bool), (.value(.array), .array),
            (.value(.object), .object), (.value(.integer), .integer), (.value(.integer), .real),
            (.value(.real), .integer), (.value(.real), .real):
            return true
        case (.template, _), (.value, _):
            return false
        }
    }

    /// The place behind all parts, if `text` starts with them.
    private static func end(of parts: [Part], in text: Span<UInt8>, _ values: borrowing PathValues) -> Int? {
        var position = 0
        for part in parts {
            switch part {
            case .text(let bytes):
                let end = position + bytes.count
                guard end <= text.count, text.extracting(position..<end).equals(bytes.span) else { return nil }
                position = end
            case .parameter(let index):
                guard let end = values.end(of: index, in: text, from: position) else { return nil }
                position = end
            }
        }
        return position
    }
}
