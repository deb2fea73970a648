internal import Transport
internal import Trust
internal import Upstreams

// What an operator can do about a fetch that came to nothing.

extension ControlFailure {
    /// `authorities`: the key of the policy that names whom to trust there.
    func remedy(authorities: String) -> String {
        switch self {
        case .nameUnknown: "see whether it is spelt right, and whether this machine's name servers know it"
        case .nameTimeout: "see whether the name servers of /etc/resolv.conf answer"
        case .linkLocal: "give it another address: clouds keep their machines' secrets at this one"
        case .connection: "see whether it runs there, and whether a firewall lets this machine through"
        case .tls(_, let fault?): fault.remedy(authorities: authorities)
        case .tls(_, nil): "see whether that is a port for https, with TLS 1.2 or newer"
        case .status(let status): Self.remedy(status: status)
        case .answer, .tooLarge: "see whether that is the right address"
        case .timeout: "see whether it is overloaded, or a firewall swallows what is sent"
        }
    }

    private static func remedy(status: UInt16) -> String {
        switch status {
        case 300..<400: "write the address that it redirects to"
        case 401, 403: "let everybody read it there: nobody signs in to read what an issuer publishes"
        case 404, 410: "write the issuer exactly as it calls itself; it publishes nothing at this one"
        case 429, 500...: "ask those who run it"
        default: "see whether that is the right address"
        }
    }
}

extension CertificateFault {
    fileprivate func remedy(authorities: String) -> String {
        switch self {
        case .expired: "renew the certificate there; if it is good, the clock of this machine is ahead"
        case .notYetValid: "set the clock of this machine; if it is right, the certificate is too new"
        case .otherName: "write the name that is in its certificate, or have one made for this name"
        case .unknownAuthority:
            "name its authority in `\(authorities)`; with a public one, let the server send the certificates between, too"
        case .other: "have the certificate made anew there"
        }
    }
}

extension KeyFetchFailure {
    /// As `ControlFailure.remedy`. `key`: that of the policy which says where the keys are.
    func remedy(authorities: String, key: String) -> String {
        switch self {
        case .call(_, let failure): failure.remedy(authorities: authorities)
        case .document: "see whether that is the address of an issuer"
        case .issuerMismatch(_, let found?):
            "write `\(key): \(found.utf8.count <= 200 ? found : "…")` if that is the one you mean; each byte counts"
        case .issuerMismatch(_, nil): "see whether that is the address of an issuer"
        case .keyLocation: "ask those who run it: its metadata does not say where its keys are"
        }
    }
}
