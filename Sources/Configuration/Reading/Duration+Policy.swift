extension Duration {
    /// What is expected, for messages.
    package static let policyForm = "a duration such as `250ms`, `30s`, `10m`, `12h` or `30d`"

    /// A duration as the policy writes it: `250ms`, `30s`, `10m`, `12h`, `30d`. Nil for anything else.
    package init?(policyText text: String) {
        guard let duration = PolicyReader.duration(text) else { return nil }
        self = duration
    }

    /// Written as in the policy, in the largest unit that holds it: `90s`, `2m`, `1500ms`.
    package var policyText: String {
        let (seconds, attoseconds) = self.components
        guard attoseconds == 0 else { return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms" }
        let units: [(String, Int64)] = [("d", 86_400), ("h", 3600), ("m", 60)]
        for (unit, length) in units where seconds >= length && seconds % length == 0 {
            return "\(seconds / length)\(unit)"
        }
        return "\(seconds)s"
    }
}
