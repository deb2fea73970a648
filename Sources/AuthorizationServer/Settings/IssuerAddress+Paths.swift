extension IssuerAddress {
    /// What the server answers itself, together with all that lies below: its endpoints, and the two places at which
    /// metadata are looked for (RFC 8414, section 3; OpenID Connect Discovery has one below the issuer, and others look for
    /// it here, too).
    public var builtInPaths: [String] {
        [
            self.path,
            "/.well-known/oauth-authorization-server" + self.path,
            "/.well-known/openid-configuration" + self.path,
        ]
    }
}
