import CJansson
import JOSE
import Testing

/// The reader beside Jansson, which read the same texts before it and is used by many.
@Suite("JSON, a second opinion")
struct JanssonTests {
    static let samples = [
        "{\"iss\":\"https://corp\",\"aud\":[\"a\",\"b\"],\"exp\":1800000000,\"x\":-0.5e+3,\"n\":null,\"t\":true,\"f\":false}",
        "{ \"\\u00e9\\ud83d\\ude00\" : \"\\\"\\\\\\/\\b\\f\\n\\r\\t\" ,\n\t\"é😀€\":{} , \"a\":[ ] }\r\n",
        "[0,-0,1.0,1e5,1E-5,9223372036854775807,-9223372036854775808,123456789.125]",
        "[[[{\"a\":{\"a\":[1]}}]],\"[{\",{\"b\":1,\"a\":2,\"c\":3}]",
    ]

    @Test("agrees on each text with any byte changed, left out or put in", arguments: samples)
    func mutations(_ text: String) {
        let bytes = Array(text.utf8)
        let bytesToTry = Array("\"\\{}[]:,.-+eEu019atn /\u{1}\u{7F}".utf8) + [0x80, 0xC3, 0xED, 0xF0, 0xFF]
        self.compare(bytes)
        for place in bytes.indices {
            self.compare(Array(bytes[..<place]))
            self.compare(Array(bytes[..<place] + bytes[(place + 1)...]))
            for byte in bytesToTry {
                self.compare(Array(bytes[..<place] + [byte] + bytes[place...]))
                self.compare(Array(bytes[..<place] + [byte] + bytes[(place + 1)...]))
            }
        }
    }

    @Test("agrees on numbers", arguments: ["0", "-", "-1", "00", "-01", "1.", "1.e1", "1e", "1e+", "1e1", "1E+01", "0e0", "0.0", "-0.0", "1e308", "1.8e308", "1e-400", "4.9e-324", "9223372036854775808", "-9223372036854775809", "0.1", "123456789012345678901234567890.5", "2.2250738585072011e-308"])
    func numbers(_ text: String) {
        self.compare(Array(text.utf8))
    }

    @Test("agrees on the vectors", arguments: VectorTests.signatures + ["rfc7517-a1", "rfc7517-a2", "rfc7517-b"])
    func vectors(_ name: String) throws {
        self.compare(try Vector(name).json.encoded())
    }

    private func compare(_ text: [UInt8]) {
        let own = try? JSONValue(parsing: text.span)
        #expect(own == Self.jansson(text), "\(String(decoding: text, as: UTF8.self))")
    }

    private static func jansson(_ text: [UInt8]) -> JSONValue? {
        let flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY
        guard let root = text.withUnsafeBytes({ json_loadb($0.baseAddress, $0.count, Int(flags), nil) }) else { return nil }
        defer { json_decref(root) }
        return self.value(root)
    }

    private static func value(_ json: UnsafeMutablePointer<json_t>) -> JSONValue {
        switch json.pointee.type {
        case JSON_TRUE: return true
        case JSON_FALSE: return false
        case JSON_INTEGER: return .integer(json_integer_value(json))
        case JSON_REAL: return .real(json_real_value(json))
        case JSON_STRING: return .string(String(cString: json_string_value(json)))
        case JSON_ARRAY: return .array((0..<json_array_size(json)).map { self.value(json_array_get(json, $0)) })
        case JSON_OBJECT: return .object(self.members(json))
        default: return .null
        }
    }

    private static func members(_ object: UnsafeMutablePointer<json_t>) -> [JSONMember] {
        var members: [JSONMember] = []
        var iterator = json_object_iter(object)
        while let member = iterator {
            let name = String(cString: json_object_iter_key(member))
            members.append(JSONMember(name: name, value: self.value(json_object_iter_value(member))))
            iterator = json_object_iter_next(object, member)
        }
        return members
    }
}
