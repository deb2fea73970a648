import Bytes

/// What the Connection field asks for (RFC 9110 7.6.1).
public struct ConnectionOptions: OptionSet, Sendable {
    public let rawValue: UInt8

    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let close = ConnectionOptions(rawValue: 1)
    public static let keepAlive = ConnectionOptions(rawValue: 2)
    public static let upgrade = ConnectionOptions(rawValue: 4)

    /// Names of fields that are meant for this connection only.
    public static let others = ConnectionOptions(rawValue: 8)

    /// All options of all Connection lines.
    init(_ fields: FieldSection, _ bytes: Span<UInt8>) {
        self.rawValue = 0
        guard fields.contains(.connection) else { return }
        var next = fields.firstIndex(of: .connection)
        while let index = next {
            self.formUnion(Self(list: bytes.bytes(fields[index].value)))
            next = fields.index(of: .connection, after: index)
        }
    }

    private init(list: Span<UInt8>) {
        // What browsers send needs no splitting.
        if list.equalsIgnoringCase("keep-alive") {
            self = .keepAlive
            return
        }
        self.rawValue = 0
        var position = 0
        while position < list.count {
            let end = list.firstPlace(of: UInt8(ascii: ","), from: position)
            self.formUnion(Self(option: list.extracting(list.trimmed(position..<end))))
            position = end + 1
        }
    }

    private init(option: Span<UInt8>) {
        self =
            switch option.count {
            case 0: []
            case 5 where option.equalsIgnoringCase("close"): .close
            case 7 where option.equalsIgnoringCase("upgrade"): .upgrade
            case 10 where option.equalsIgnoringCase("keep-alive"): .keepAlive
            default: .others
            }
    }

    /// RFC 9112 9.3.
    func keepsAlive(_ version: HTTPVersion) -> Bool {
        guard !self.contains(.close) else { return false }
        return version == .http11 || self.contains(.keepAlive)
    }
}
