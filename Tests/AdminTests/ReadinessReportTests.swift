import Testing
import Trust

@testable import Admin

@Suite("What /readyz says")
struct ReadinessReportTests {
    private func issuer(_ name: String, hasSet: Bool, hasEnded: Bool) -> IssuerKeysStatus {
        var status = IssuerKeysStatus(issuer: name, source: .url)
        status.hasSet = hasSet
        status.hasEndedFirstFetch = hasEnded
        return status
    }

    private func report(_ issuers: [IssuerKeysStatus], isDraining: Bool = false, after age: Duration = .zero)
        -> ReadinessReport
    {
        ReadinessReport(isDraining: isDraining, issuers: issuers, runningFor: age)
    }

    @Test("is ready without issuers")
    func noIssuers() {
        #expect(self.report([]).answer.status == 200)
    }

    @Test("waits for each issuer's first fetch, and names those under way")
    func waits() {
        let report = self.report([
            self.issuer("slow", hasSet: false, hasEnded: false), self.issuer("fast", hasSet: true, hasEnded: true),
        ])
        #expect(report.answer.status == 503)
        #expect(report.waitingIssuers == ["slow"])
    }

    @Test("is ready after ten seconds whatever the issuers do", arguments: [(9_999, 503), (10_000, 200)])
    func patience(milliseconds: Int, status: UInt16) {
        let issuers = [self.issuer("slow", hasSet: false, hasEnded: false)]
        #expect(self.report(issuers, after: .milliseconds(milliseconds)).answer.status == status)
    }

    @Test("an issuer without keys is degraded, not fatal")
    func degraded() {
        let report = self.report([self.issuer("down", hasSet: false, hasEnded: true)])
        #expect(report.answer.status == 200)
        #expect(report.degradedIssuers == ["down"])
        let body = String(decoding: report.answer.body, as: UTF8.self)
        #expect(body == #"{"status":"ready","reasons":[],"degraded":["down"]}"# + "\n")
    }

    @Test(
        "waits ten seconds for the shared state, and is degraded without it",
        arguments: [(9_999, true, 503), (10_000, true, 200), (0, false, 200)]
    )
    func state(milliseconds: Int, isMissing: Bool, status: UInt16) {
        let report = ReadinessReport(
            isDraining: false,
            issuers: [],
            isStateMissing: isMissing,
            runningFor: .milliseconds(milliseconds)
        )
        #expect(report.answer.status == status)
        let reason = "the shared state has not answered"
        #expect(report.reasons == (status == 503 ? [reason] : []))
        let body = String(decoding: report.answer.body, as: UTF8.self)
        #expect(body.contains(#""degraded":["state"]"#) == isMissing)
    }

    @Test("is not ready while draining, and says so")
    func draining() {
        let report = self.report([], isDraining: true)
        #expect(report.answer.status == 503)
        #expect(String(decoding: report.answer.body, as: UTF8.self).contains(#""status":"draining""#))
    }
}
