/// Why bytes are no message that we accept. The client hears `status` and `code`; the log hears the case.
public enum HTTPParseError: UInt8, Error, Equatable, Sendable, CaseIterable {
    // Lines and fields (RFC 9112 2.2, 5; RFC 9110 5.5, 5.6.2).
    case bareLF, bareCR, obsFold, spaceBeforeColon, controlByte, badName, tooManyConnectionOptions

    // The start line (RFC 9112 3, 4).
    case badMethod, badTarget, badVersion, badStatus

    // Host (RFC 9112 3.2).
    case missingHost, repeatedHost, badHost, absoluteFormContradictsHost

    // Framing (RFC 9112 6).
    case contentLengthWithTransferEncoding, repeatedContentLength, badContentLength, badTransferEncoding

    // The chunked coding (RFC 9112 7.1).
    case badChunkSize, chunkSizeTooLarge, chunkExtensionsTooLong, badChunkEnd

    // Those with a status of their own.
    case targetTooLong, headerBytesTooLarge, headerCountTooLarge, expectationFailed
    case connectNotImplemented, methodTooLong, unknownTransferCoding, versionNotSupported

    /// The reference's codes that a broken message can have.
    public enum Code: UInt8, Sendable {
        case requestMalformed, targetTooLong, headersTooLarge, expectationFailed, notImplemented, versionNotSupported

        public var name: StaticString {
            switch self {
            case .requestMalformed: "request_malformed"
            case .targetTooLong: "target_too_long"
            case .headersTooLarge: "headers_too_large"
            case .expectationFailed: "expectation_failed"
            case .notImplemented: "not_implemented"
            case .versionNotSupported: "version_not_supported"
            }
        }

        public var status: UInt16 {
            switch self {
            case .requestMalformed: 400
            case .targetTooLong: 414
            case .headersTooLarge: 431
            case .expectationFailed: 417
            case .notImplemented: 501
            case .versionNotSupported: 505
            }
        }
    }

    public var code: Code {
        switch self {
        case .targetTooLong: .targetTooLong
        case .headerBytesTooLarge, .headerCountTooLarge: .headersTooLarge
        case .expectationFailed: .expectationFailed
        case .connectNotImplemented, .methodTooLong, .unknownTransferCoding: .notImplemented
        case .versionNotSupported: .versionNotSupported
        case .bareLF, .bareCR, .obsFold, .spaceBeforeColon, .controlByte, .badName, .tooManyConnectionOptions,
            .badMethod,
            .badTarget, .badVersion, .badStatus, .missingHost, .repeatedHost, .badHost, .absoluteFormContradictsHost,
            .contentLengthWithTransferEncoding, .repeatedContentLength, .badContentLength, .badTransferEncoding,
            .badChunkSize, .chunkSizeTooLarge, .chunkExtensionsTooLong, .badChunkEnd:
            .requestMalformed
        }
    }

    public var status: UInt16 { self.code.status }
}

/// What became of an attempt to read a head.
public enum HeadParseResult: Equatable, Sendable {
    /// All bytes so far are fine; call again from the start when there are more.
    case incomplete

    /// The head ends at `headByteCount`; content may follow there.
    case complete

    case failed(HTTPParseError)
}

/// Leaves the parser early.
enum HeadStop: Error {
    case incomplete
    case failed(HTTPParseError)

    var result: HeadParseResult {
        switch self {
        case .incomplete: .incomplete
        case .failed(let reason): .failed(reason)
        }
    }
}
