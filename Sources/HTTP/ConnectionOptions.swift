import Bytes

/// What the Connection field asks for (RFC 9110 7.6.1).
struct ConnectionOptions: OptionSet, Sendable {
    let rawValue: UInt8

    static let close = ConnectionOptions(rawValue: 1)
    static let keepAlive = ConnectionOptions(rawValue: 2)
    static let upgrade = ConnectionOptions(rawValue: 4)

    /// Names of fields that are meant for this connection only.
    static let others = ConnectionOptions(rawValue: 8)

    /// More options in one message are refused: each of them is compared with the name of each field.
    static let maximumCount = 64

    /// RFC 9112 9.3.
    func keepsAlive(_ version: HTTPVersion) -> Bool {
        guard !self.contains(.close) else { return false }
        return version == .http11 || self.contains(.keepAlive)
    }

    fileprivate init(option: Span<UInt8>) {
        self =
            switch option.count {
            case 5 where option.equalsIgnoringCase("close"): .close
            case 7 where option.equalsIgnoringCase("upgrade"): .upgrade
            case 10 where option.equalsIgnoringCase("keep-alive"): .keepAlive
            default: .others
            }
    }

    init(rawValue: UInt8) { self.rawValue = rawValue }
}

extension FieldSection {
    /// All options of all Connection lines.
    func connectionOptions(_ bytes: Span<UInt8>) throws(HTTPParseError) -> ConnectionOptions {
        var options: ConnectionOptions = []
        var count = 0
        var next = self.firstIndex(of: .connection)
        while let index = next {
            let list = bytes.bytes(self[index].value)
            var elements = ListElements()
            while let element = elements.next(list) {
                options.formUnion(ConnectionOptions(option: list.extracting(element)))
                count += 1
                guard count <= ConnectionOptions.maximumCount else { throw .tooManyConnectionOptions }
            }
            next = self.index(of: .connection, after: index)
        }
        return options
    }

    /// Whether a Connection line names the field `name`, so that it is not for the next hop (RFC 9110 7.6.1). Ask only
    /// when the head's `connectionNamesFields` is true, and never let it remove a field that protects something.
    public func connectionNames(_ name: Span<UInt8>, in bytes: Span<UInt8>) -> Bool {
        var next = self.firstIndex(of: .connection)
        while let index = next {
            let list = bytes.bytes(self[index].value)
            var elements = ListElements()
            while let element = elements.next(list) {
                if list.extracting(element).equalsIgnoringCase(name) { return true }
            }
            next = self.index(of: .connection, after: index)
        }
        return false
    }
}
