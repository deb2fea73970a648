import JOSE
import OAuth

/// What must be true of one claim, compiled: every test holds, or access is refused.
///
/// A claim that is absent or of another type fails each test, `none_of` too; only `exists: false` passes an absent one.
final class ClaimCheck {
    private let selector: ClaimSelector
    private let tests: [Test]

    private enum Test {
        case anyOf([ComparedValue])
        case allOf([ComparedValue])
        case noneOf([ComparedValue])
        case equals(ComparedValue)
        case prefix(ComparedValue)
        case exists(Bool)

        init(_ settings: ClaimTest, parameterNames: [String]) {
            func compiled(_ operand: ClaimOperand) -> ComparedValue {
                ComparedValue(operand, parameterNames: parameterNames)
            }
            switch settings {
            case .anyOf(let operands): self = .anyOf(operands.map(compiled))
            case .allOf(let operands): self = .allOf(operands.map(compiled))
            case .noneOf(let operands): self = .noneOf(operands.map(compiled))
            case .equals(let operand): self = .equals(compiled(operand))
            case .prefix(let operand): self = .prefix(compiled(operand))
            case .exists(let exists): self = .exists(exists)
            }
        }

        var values: [ComparedValue] {
            switch self {
            case .anyOf(let values), .allOf(let values), .noneOf(let values): values
            case .equals(let value), .prefix(let value): [value]
            case .exists: []
            }
        }
    }

    init(_ settings: ClaimSettings, parameterNames: [String]) {
        // Texts of its own: workers that count references to the same one slow each other down.
        let text = String(decoding: Array(settings.selector.text.utf8), as: UTF8.self)
        self.selector = ClaimSelector(text) ?? settings.selector
        self.tests = settings.tests.map { Test($0, parameterNames: parameterNames) }
    }

    /// The path parameters that it uses, by their place in the pattern.
    var parameters: [Int] { self.tests.flatMap(\.values).flatMap(\.parameters) }

    func holds(_ claims: JSONValue, _ values: borrowing PathValues) -> Bool {
        let claim = self.selector.value(in: claims)
        for index in self.tests.indices where !Self.holds(self.tests[index], claim, values) { return false }
        return true
    }

    private static func holds(_ test: Test, _ claim: JSONValue?, _ values: borrowing PathValues) -> Bool {
        if case .exists(let exists) = test { return (claim != nil) == exists }
        guard let claim else { return false }
        switch test {
        case .anyOf(let operands):
            for operand in operands where claim.contains(operand, values) { return true }
            return false
        case .allOf(let operands):
            for operand in operands where !claim.contains(operand, values) { return false }
            return true
        case .noneOf(let operands):
            for operand in operands where claim.contains(operand, values) { return false }
            return claim.isComparable(withAnyOf: operands)
        case .equals(let operand):
            return operand.equals(claim, values)
        case .prefix(let operand):
            return claim.hasPrefix(operand, values)
        case .exists:
            return true
        }
    }
}

// MARK: - A claim, or the elements of an array claim

extension JSONValue {
    /// Whether this is the value, or an array with such an element.
    fileprivate func contains(_ value: ComparedValue, _ values: borrowing PathValues) -> Bool {
        if value.equals(self, values) { return true }
        guard case .array(let elements) = self else { return false }
        for element in elements where value.equals(element, values) { return true }
        return false
    }

    fileprivate func hasPrefix(_ value: ComparedValue, _ values: borrowing PathValues) -> Bool {
        guard case .array(let elements) = self else { return value.isPrefix(of: self, values) }
        for element in elements where value.isPrefix(of: element, values) { return true }
        return false
    }

    /// Whether this, or each element of this array, has the type of one of `operands`. A list with one element that nobody
    /// expected is not known to be free of what is forbidden.
    fileprivate func isComparable(withAnyOf operands: [ComparedValue]) -> Bool {
        if self.hasType(ofAnyOf: operands) { return true }
        guard case .array(let elements) = self else { return false }
        for element in elements where !element.hasType(ofAnyOf: operands) { return false }
        return true
    }

    private func hasType(ofAnyOf operands: [ComparedValue]) -> Bool {
        for operand in operands where operand.isComparable(with: self) { return true }
        return false
    }
}
