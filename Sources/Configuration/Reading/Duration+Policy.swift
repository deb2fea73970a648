extension Duration {
    /// A duration as the policy writes it: `250ms`, `30s`, `10m`, `12h`, `30d`. Nil for anything else.
    package init?(policyText text: String) {
        guard let duration = PolicyReader.duration(text) else { return nil }
        self = duration
    }
}
