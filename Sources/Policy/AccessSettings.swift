public import JOSE
public import OAuth

/// `access` of a route.
public enum AccessSettings: Sendable, Equatable {
    /// Looks at no credential.
    case `public`
    /// Public without a credential; a present one must be valid.
    case optional
    /// Any valid credential.
    case authenticated
    /// At least one of these; if all refuse, the first one answers. Never empty.
    case anyOf([RequirementSettings])
}

/// What one access mapping asks for: all of it.
public struct RequirementSettings: Sendable, Equatable {
    /// Names of issuers; empty: any.
    public var issuers: [String] = []
    /// One of them must be in `aud`; empty: the issuer's own check is enough.
    public var audiences: [String] = []
    public var scopes: [String] = []
    public var anyScope: [String] = []
    public var claims: [ClaimSettings] = []

    public init() {}
}

/// What must be true of one claim; every test holds, or access is refused.
public struct ClaimSettings: Sendable, Equatable {
    public var selector: ClaimSelector
    public var tests: [ClaimTest]

    public init(selector: ClaimSelector, tests: [ClaimTest]) {
        self.selector = selector
        self.tests = tests
    }
}

public enum ClaimTest: Sendable, Equatable {
    /// The claim, or one element of an array claim, is one of these. A plain value is an `anyOf` of one.
    case anyOf([ClaimOperand])
    /// Each of these is the claim or one of its elements.
    case allOf([ClaimOperand])
    case noneOf([ClaimOperand])
    /// The claim itself, not an element of it.
    case equals(ClaimOperand)
    case prefix(ClaimOperand)
    case exists(Bool)
}

/// A value that a claim is compared with, by JSON type.
public enum ClaimOperand: Sendable, Equatable {
    case value(JSONValue)
    /// Text with path parameters in it: `{tenant}`, or `org-{tenant}`. Never without a parameter.
    case template([TemplatePart])
}

public enum TemplatePart: Sendable, Equatable {
    case text(String)
    case parameter(String)
}
