internal import SharedState
internal import Transport

/// What Redis tells of itself means for what is kept in it.
struct StateFindings {
    let settings: StateSettings

    /// HELLO is in Redis since 6.0.
    static let oldestVersion = 6

    func found(_ report: StateReport) -> [Finding] {
        let faults = [self.version(report.version), self.eviction(report.evictionPolicy), self.clock(report.clock)]
            .compactMap { $0 }
        guard !faults.contains(where: { $0.verdict == .failure }) else { return faults }
        let version = report.version.map { "Redis \($0), " } ?? ""
        let encryption = self.settings.usesTLS ? "TLS, " : ""
        return [
            .ok(.state, "\(self.settings): \(version)\(encryption)written and read, \(Self.text(report.roundTrip))")
        ] + faults
    }

    func failed(_ trouble: StateTrouble) -> [Finding] {
        [.failure(.state, "\(self.settings): \(trouble.words)", remedy: self.remedy(trouble.cause))]
    }

    // MARK: - Private details

    private func version(_ version: String?) -> Finding? {
        guard let version else {
            let remedy = "let its user ask: `ACL SETUSER … +info`"
            return .warning(.state, "it does not tell its version and its maxmemory-policy", remedy: remedy)
        }
        guard let major = Int(version.prefix { $0 != "." }), major < Self.oldestVersion else { return nil }
        return .failure(.state, "it is Redis \(version)", remedy: "Redis \(Self.oldestVersion) or newer is needed")
    }

    private func eviction(_ policy: String?) -> Finding? {
        guard let policy, policy != "noeviction" else { return nil }
        return .warning(
            .state,
            "its maxmemory-policy is \(policy): with its memory full it drops sessions, locks and who was signed out",
            remedy: "set `maxmemory-policy noeviction`"
        )
    }

    /// Nothing is judged by its clock alone, so it is never a failure.
    private func clock(_ clock: StateReport.Clock?) -> Finding? {
        clock.flatMap {
            ClockDifference(date: $0.seconds, asked: $0.asked, answered: $0.answered).finding(on: .state, leeway: .max)
        }
    }

    private static func text(_ microseconds: UInt64) -> String {
        microseconds < 1000 ? "under 1 ms" : "\(microseconds / 1000) ms"
    }

    private func remedy(_ cause: StateTrouble.Cause) -> String {
        switch cause {
        case .name: "see whether it is spelt right, and whether this machine's name servers know it"
        case .connection where self.isSocket:
            "see whether Redis runs on this machine with this path as its `unixsocket`, and this user may write to it"
        case .connection: "see whether Redis runs there, and with TLS if `state.url` begins with rediss"
        case .tls(let fault?): Self.remedy(fault)
        // Redis says nothing to a handshake that it does not expect.
        case .tls(nil),
            .silence where self.settings.usesTLS:
            "see whether Redis has its `tls-port` there; without TLS the URL begins with redis://"
        case .credentials: "compare user and password of `state.url` with its ACL, and allow it `~gatehouse:* +@all`"
        case .master: "see whether the sentinels know the master by that name, and can be reached"
        case .refused: "see whether it is Redis 6 or newer, its memory is not full, and the database exists"
        case .answer: "see whether that is Redis"
        // A server without a cluster answers, and knows no node to go on with.
        case .silence where self.isCluster:
            "see whether it is a cluster: for one server alone the URL begins with redis://; or whether a firewall swallows "
                + "what is sent"
        case .silence where self.isSocket: "see whether it is overloaded, and whether it is Redis"
        case .silence: "see whether it is overloaded, or a firewall swallows what is sent"
        }
    }

    private var isSocket: Bool {
        guard case .single(.unix) = self.settings.topology else { return false }
        return true
    }

    private var isCluster: Bool {
        guard case .cluster = self.settings.topology else { return false }
        return true
    }

    private static func remedy(_ fault: CertificateFault) -> String {
        switch fault {
        case .expired: "renew its certificate; if it is good, the clock of this machine is ahead"
        case .notYetValid: "set the clock of this machine; if it is right, the certificate is too new"
        case .otherName: "write the name that is in its certificate"
        case .unknownAuthority: "add its authority to those of the system, or name a file of both in SSL_CERT_FILE"
        case .other: "have the certificate made anew"
        }
    }
}
