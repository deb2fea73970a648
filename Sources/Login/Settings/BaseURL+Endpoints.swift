extension BaseURL {
    /// Where providers send browsers back to.
    public var redirectURI: String { self.text + LoginEndpoint.callback.rawValue }

    /// Where a provider sends browsers back to after they signed out there, whatever they want next: what is registered as
    /// post-logout redirect URI.
    public var signedOutURI: String { self.text + LoginEndpoint.signOut.rawValue }
}
