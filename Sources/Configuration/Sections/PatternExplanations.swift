import Policy

// Why a pattern is none, in words that do not repeat what a variable may have brought.

extension PathPatternError {
    var explanation: String {
        switch self {
        case .noLeadingSlash: "it does not begin with `/`"
        case .emptySegment: "it has an empty segment, `//`"
        case .dotSegment: "`.` and `..` never reach a route"
        case .queryOrFragment: "the query is not matched; it ends before `?` and `#`"
        case .partialParameter: "a parameter is a whole segment, such as `/{name}/`"
        case .badParameterName: "the name of a parameter is letters, digits, `_` and `-`, and begins with a letter"
        case .repeatedParameter: "two parameters have one name"
        case .starNotLast:
            "`**` is the whole last segment; one segment of any kind is `{name}`, the character itself `%2A`"
        case .badEscape: "`%` is followed by two hexadecimal digits, and escapes are UTF-8"
        case .forbiddenByte: "paths with control characters or a backslash never reach a route"
        case .tooManyParameters: "it has more than \(PathPattern.maximumParameters) parameters"
        case .tooManySegments: "it has more than \(PathPattern.maximumSegments) segments"
        }
    }
}

extension HostPatternError {
    var explanation: String {
        switch self {
        case .empty: "it is empty"
        case .hasScheme: "it has no scheme and no path"
        case .hasPort: "hosts compare without port"
        case .finalDot: "hosts compare without the final dot"
        case .upperCase: "hosts compare in lower case"
        case .tooLong: "it is longer than 253 bytes"
        case .wildcardNotFirst:
            "`*` stands only for whole labels in front, `*.example.org`; for any host leave `hosts` out"
        case .badLabel: "a label is 1 to 63 letters, digits and hyphens; other names are written in their `xn--` form"
        }
    }
}
