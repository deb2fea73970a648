extension LoginSettings {
    /// What the gateway answers itself so that browsers can sign in and out, together with all that lies below.
    public static let builtInPath = "/oauth2"
}

extension ProviderSettings {
    /// The client that the gateway is for the embedded server. No name of a client in the policy or the store has a `:`.
    public static let embeddedClientID = "gatehouse:login"
}
