internal import AuthorizationServer
package import Configuration

extension PolicyReading {
    /// The same with what is wrong with the files of the authorization server, as they lie there. Nothing is made or changed.
    ///
    /// - Parameter judgesMissing: Whether a directory and a sealing key that are not there count.
    package func withServerFiles(judgesMissing: Bool = true) -> PolicyReading {
        guard let configuration, let server = configuration.settings.authorizationServer else { return self }
        var reading = self
        for finding in ServerFiles.findings(server, judgesMissing: judgesMissing) {
            let severity: Problem.Severity =
                switch finding.severity {
                case .error: .error
                case .warning: .warning
                }
            reading.insert(configuration.places.problem(severity, finding.fault.reason, at: finding.fault.path))
        }
        return reading
    }

    /// Behind all that stand before it, or in its place.
    private mutating func insert(_ problem: Problem) {
        let index = self.problems.firstIndex { $0.position > problem.position } ?? self.problems.endIndex
        self.problems.insert(problem, at: index)
    }
}
