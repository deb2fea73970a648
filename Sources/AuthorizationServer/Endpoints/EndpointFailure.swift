internal import Endpoints
internal import Stores

/// Why an endpoint cannot do what it was asked for.
enum EndpointFailure: Error, Sendable {
    /// In the form of the RFCs.
    case refused(ProtocolError)
    /// People are told.
    case page(ErrorPage.Code)
    /// People are told, and on the same page whoever made the client that sent them here.
    case clientFault(ErrorPage.Code, of: Client?, StaticString)
    /// An answer of its own: a redirect that tells the client.
    case answer(EndpointAnswer)
    /// Nothing has happened; 503.
    case store(StoreError)

    static let unknownClient = Self.clientFault(.unknownClient, of: nil, "No client with this client_id is registered.")

    static func refused(_ code: ProtocolError.Code, _ sentence: StaticString) -> EndpointFailure {
        .refused(ProtocolError(code, sentence))
    }
}
