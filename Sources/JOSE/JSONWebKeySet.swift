/// The public keys of an issuer (RFC 7517, section 5): those that can be used, and why the others cannot.
///
/// Some sets hold keys that nobody knows; the rest must go on working (section 5: "Implementations SHOULD ignore JWKs").
public struct JSONWebKeySet: Sendable {
    /// More keys than an issuer has, and fewer than would fill a worker's memory.
    public static let maximumKeys = 256

    public let keys: [JSONWebKey]
    public let skipped: [SkippedKey]

    /// A key that is left out, and why.
    public struct SkippedKey: Sendable, Equatable {
        /// Its place in the text, from 0.
        public let index: Int
        public let keyID: String?
        public let reason: UnusableKey
    }

    /// Why a text is no key set at all.
    public enum Fault: Error, Equatable, Sendable {
        case notJSON(JSONError)
        /// There is no array `keys`.
        case notAKeySet
    }

    public init(keys: [JSONWebKey]) {
        self.keys = keys
        self.skipped = []
    }

    /// Reads the text of a key set.
    public init(parsing text: Span<UInt8>) throws(Fault) {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: text)
        } catch {
            throw .notJSON(error)
        }
        try self.init(json)
    }

    /// Reads a key set.
    public init(_ json: JSONValue) throws(Fault) {
        guard case .array(let elements) = json["keys"] else { throw .notAKeySet }
        var keys: [JSONWebKey] = []
        var skipped: [SkippedKey] = []
        for (index, element) in elements.enumerated() {
            do throws(UnusableKey) {
                guard keys.count < Self.maximumKeys else { throw .tooManyKeys }
                keys.append(try JSONWebKey(element))
            } catch {
                skipped.append(SkippedKey(index: index, keyID: element["kid"]?.string, reason: error))
            }
        }
        self.keys = keys
        self.skipped = skipped
    }

    /// The set as it is published, without what was skipped.
    public var json: JSONValue {
        ["keys": .array(self.keys.map(\.json))]
    }
}

extension JSONWebKeySet.Fault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notJSON(let error): error.description
        case .notAKeySet: "no JSON Web Key Set: the array \"keys\" is missing"
        }
    }
}
