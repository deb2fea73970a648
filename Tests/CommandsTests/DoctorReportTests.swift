import Configuration
import Doctor
import JOSE
import Testing

@testable import Commands

@Suite("What doctor prints")
struct DoctorReportTests {
    private static func report(_ policy: String) throws -> DoctorReport {
        let configuration = try #require(CommandFixture.read(policy).configuration)
        return DoctorReport(configuration, Checkup(configuration.settings).run(), file: "gateway.yaml")
    }

    @Test("is a line for the policy, one for each thing, and what came of it")
    func text() throws {
        let policy = """
            issuers:
              far: { issuer: "http://169.254.0.1", audiences: a, algorithms: ES256, keys: discovery }
            routes: [{ path: /, access: authenticated, respond: { status: 204 } }]
            """
        let report = try Self.report(policy)
        #expect(!report.isWell)
        let lines = report.text.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("ok    policy      gateway.yaml has no error"))
        #expect(
            lines[1]
                == """
                FAIL  issuer far  http://169.254.0.1/.well-known/openid-configuration: link-local addresses are never \
                called; give it another address: clouds keep their machines' secrets at this one
                """
        )
        #expect(lines[2] == "gateway.yaml: 1 looked at, 1 failed, nothing to be warned of")
        #expect(report.json["failures"] == 1)
        #expect(report.json["findings"]?.array?.first?["name"] == "far")
    }

    @Test("says so when nobody has to be asked")
    func nobody() throws {
        let report = try Self.report("routes: [{ path: /, access: public, respond: { status: 204 } }]")
        #expect(report.isWell)
        #expect(report.text.hasSuffix("gateway.yaml: nothing to look at: no store, no issuer, no provider, no state\n"))
    }
}
