internal import Stores

/// Somebody who is signed in at this browser.
struct SignedIn {
    let session: BrowserSession
    let user: User

    /// `acr` of a sign-in with a password over a protected connection (OASIS SAML Authentication Context, 3.4.4; the name that
    /// most relying parties know).
    static let passwordContext = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
}
