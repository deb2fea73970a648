package import Configuration
package import Doctor
package import JOSE

/// What `gatehouse doctor` prints: a line for each thing that was looked at, and how many of them are not as they should be.
package struct DoctorReport {
    private let file: String
    private let warnings: Int
    private let findings: [Finding]

    /// - Parameter configuration: The policy that `findings` are of; what it only warns of, `check` says.
    package init(_ configuration: LoadedConfiguration, _ findings: [Finding], file: String) {
        self.file = file
        self.warnings = configuration.warnings.count
        self.findings = findings
    }

    /// Whether nothing has failed.
    package var isWell: Bool { !self.findings.contains { $0.verdict == .failure } }

    package var text: String {
        var table = TextTable()
        table.append("ok", "policy", self.policy)
        for finding in self.findings {
            let remedy = finding.remedy.map { "; \($0)" } ?? ""
            table.append(finding.verdict.word, finding.subject.words, finding.text + remedy)
        }
        return (table.lines + [self.summary]).map { $0 + "\n" }.joined()
    }

    package var json: JSONValue {
        [
            "file": .string(self.file),
            "findings": .array(self.findings.map(Self.json)),
            "failures": .integer(Int64(self.count(.failure))),
            "warnings": .integer(Int64(self.count(.warning))),
        ]
    }

    // MARK: - Private details

    private var policy: String {
        guard self.warnings > 0 else { return "\(self.file) has no error" }
        let warnings = self.warnings == 1 ? "a warning" : "\(self.warnings) warnings"
        return "\(self.file) has no error; `gatehouse check` has \(warnings)"
    }

    private var summary: String {
        guard !self.findings.isEmpty else {
            return "\(self.file): nothing to look at: no store, no issuer, no provider, no state"
        }
        let failed = self.count(.failure) == 0 ? "nothing" : "\(self.count(.failure))"
        let warned = self.count(.warning) == 0 ? "nothing" : "\(self.count(.warning))"
        return "\(self.file): \(self.findings.count) looked at, \(failed) failed, \(warned) to be warned of"
    }

    private func count(_ verdict: Finding.Verdict) -> Int { self.findings.count { $0.verdict == verdict } }

    private static func json(_ finding: Finding) -> JSONValue {
        [
            "verdict": .string(finding.verdict.rawValue),
            "subject": .string(finding.subject.kind),
            "name": finding.subject.name.map(JSONValue.string) ?? .null,
            "message": .string(finding.text),
            "remedy": finding.remedy.map(JSONValue.string) ?? .null,
        ]
    }
}

extension Finding.Verdict {
    /// What must be found by eye stands out without colour.
    fileprivate var word: String {
        switch self {
        case .ok: "ok"
        case .warning: "warn"
        case .failure: "FAIL"
        }
    }
}

extension Finding.Subject {
    fileprivate var kind: String {
        switch self {
        case .authorizationServer: "authorization_server"
        case .issuer: "issuer"
        case .provider: "provider"
        case .login: "login"
        case .state: "state"
        }
    }

    /// Of an entry of the policy.
    fileprivate var name: String? {
        switch self {
        case .issuer(let name), .provider(let name): name
        case .authorizationServer, .login, .state: nil
        }
    }
}

extension Finding.Subject {
    fileprivate var words: String { ([self.kind] + [self.name].compactMap { $0 }).joined(separator: " ") }
}
