import Bytes

/// What the fields say about the message and the connection.
extension RequestHead {
    mutating func interpret(_ bytes: Span<UInt8>) throws(HeadStop) {
        do {
            try self.readHost(bytes)
            self.framing = try self.requestFraming(bytes)
            try self.readConnection(bytes)
            try self.readExpectation(bytes)
        } catch {
            throw .failed(error)
        }
    }

    /// RFC 9112 3.2: exactly one valid Host, or none at all in HTTP/1.0.
    private mutating func readHost(_ bytes: Span<UInt8>) throws(HTTPParseError) {
        guard let host = self.fields.value(of: .host) else {
            guard self.version == .http10 else { throw .missingHost }
            self.host = self.authority
            return
        }
        guard self.fields.count(of: .host) == 1 else { throw .repeatedHost }
        guard HostName.isValid(bytes.bytes(host)) else { throw .badHost }
        self.host = host
        // RFC 9112 3.2.2 would let the target win. Two readers could disagree, so they must be the same.
        guard self.authority.isEmpty || bytes.bytes(host).equalsIgnoringCase(bytes.bytes(self.authority)) else {
            throw .absoluteFormContradictsHost
        }
    }

    /// RFC 9112 6.3.
    private func requestFraming(_ bytes: Span<UInt8>) throws(HTTPParseError) -> BodyFraming {
        guard let framing = try self.fields.declaredFraming(bytes, version: self.version) else { return .none }
        return framing
    }

    private mutating func readConnection(_ bytes: Span<UInt8>) throws(HTTPParseError) {
        let options = try self.fields.connectionOptions(bytes)
        self.keepAlive = options.keepsAlive(self.version)
        self.connectionNamesFields = options.contains(.others)
        self.upgrade = .empty
        // RFC 9110 7.8: an HTTP/1.0 client cannot upgrade.
        if options.contains(.upgrade) && self.version == .http11 {
            self.upgrade = self.fields.value(of: .upgrade) ?? .empty
        }
    }

    private mutating func readExpectation(_ bytes: Span<UInt8>) throws(HTTPParseError) {
        self.expectsContinue = false
        var next = self.fields.firstIndex(of: .expect)
        while let index = next {
            guard bytes.bytes(self.fields[index].value).equalsIgnoringCase("100-continue") else {
                throw .expectationFailed
            }
            // RFC 9110 10.1.1: nothing to wait for without content, and HTTP/1.0 does not know it.
            self.expectsContinue = self.framing.hasContent && self.version == .http11
            next = self.fields.index(of: .expect, after: index)
        }
    }
}
