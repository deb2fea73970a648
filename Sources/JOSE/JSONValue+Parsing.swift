internal import CJansson

extension JSONValue {
    /// How deep objects and arrays may be inside each other. Tokens have three or four levels.
    public static let maximumDepth = 32
    /// Above this nothing is read, unless the caller allows more: the largest answer that is fetched from an issuer.
    public static let defaultMaximumByteCount = 256 * 1024

    /// Reads one value, the whole of `text`.
    public init(parsing text: Span<UInt8>, maximumByteCount: Int = defaultMaximumByteCount) throws(JSONError) {
        guard text.count <= maximumByteCount else { throw .tooLarge }
        try Self.check(text)
        self = try Self.load(text)
    }

    /// Reads one value, the whole of `text`.
    public init(parsing text: String, maximumByteCount: Int = defaultMaximumByteCount) throws(JSONError) {
        try self.init(parsing: text.utf8Span.span, maximumByteCount: maximumByteCount)
    }

    // MARK: - Private details

    /// What Jansson does not judge, or judges too late: it calls itself for each level, and passes over a NUL between tokens.
    ///
    /// Brackets are counted outside strings. On a text that is no JSON the count may be wrong, and then Jansson refuses.
    private static func check(_ text: Span<UInt8>) throws(JSONError) {
        var depth = 0
        var isInString = false
        var isEscaped = false
        for index in text.indices {
            let byte = text[index]
            guard byte != 0 else { throw .malformed(offset: index) }
            if isInString {
                isInString = isEscaped || byte != UInt8(ascii: "\"")
                isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
                continue
            }
            switch byte {
            case UInt8(ascii: "\""):
                isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                guard depth <= self.maximumDepth else { throw .tooDeep }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
            default:
                break
            }
        }
    }

    private static func load(_ text: Span<UInt8>) throws(JSONError) -> JSONValue {
        // An escaped U+0000 is a character like others (RFC 7493 2.1); strings are read by their length.
        let flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL
        let result: Result<JSONValue, JSONError> = withUnsafeTemporaryAllocation(of: json_error_t.self, capacity: 1) {
            error in
            let root = text.withUnsafeBytes { text in
                json_loadb(text.baseAddress, text.count, Int(flags), error.baseAddress)
            }
            guard let root else { return .failure(JSONError(error.baseAddress)) }
            defer { json_decref(root) }
            return .success(JSONValue(copying: root))
        }
        return try result.get()
    }

    private init(copying json: UnsafeMutablePointer<json_t>) {
        switch json.pointee.type {
        case JSON_TRUE: self = .bool(true)
        case JSON_FALSE: self = .bool(false)
        case JSON_INTEGER: self = .integer(json_integer_value(json))
        case JSON_REAL: self = .real(json_real_value(json))
        case JSON_STRING: self = .string(String(json_string_value(json), byteCount: json_string_length(json)))
        case JSON_ARRAY: self = .array((0..<json_array_size(json)).compactMap { Self.element(json, $0) })
        case JSON_OBJECT: self = .object(Self.members(json))
        default: self = .null
        }
    }

    private static func element(_ array: UnsafeMutablePointer<json_t>, _ index: Int) -> JSONValue? {
        json_array_get(array, index).map { JSONValue(copying: $0) }
    }

    private static func members(_ object: UnsafeMutablePointer<json_t>) -> [JSONMember] {
        var members: [JSONMember] = []
        members.reserveCapacity(json_object_size(object))
        var iterator = json_object_iter(object)
        while let member = iterator {
            if let name = json_object_iter_key(member), let value = json_object_iter_value(member) {
                let name = String(name, byteCount: json_object_iter_key_len(member))
                members.append(JSONMember(name: name, value: JSONValue(copying: value)))
            }
            iterator = json_object_iter_next(object, member)
        }
        return members
    }
}

extension JSONError {
    fileprivate init(_ error: UnsafeMutablePointer<json_error_t>?) {
        guard let error else { preconditionFailure("Jansson was given a place for its error") }
        self =
            json_error_code(error) == json_error_duplicate_key
            ? .duplicateMember : .malformed(offset: Int(max(0, error.pointee.position)))
    }
}

extension String {
    /// Jansson has checked that the bytes are UTF-8.
    fileprivate init(_ start: UnsafePointer<CChar>?, byteCount: Int) {
        self.init(decoding: UnsafeRawBufferPointer(start: start, count: byteCount), as: UTF8.self)
    }
}
