import Bytes
import Cryptography
import JOSE
import Stores
import Testing

@testable import AuthorizationServer
@testable import Endpoints

@Suite("The grant of a device")
struct DeviceGrantTests {
    let bench: EndpointBench

    init() throws { self.bench = try EndpointBench() }

    private func begin(_ further: [(String, String)] = [], client: String = "tv") -> EndpointAnswer {
        self.bench.post(.deviceAuthorization, [("client_id", client)] + further)
    }

    private func poll(_ code: String, client: String = "tv") -> EndpointAnswer {
        self.bench.post(
            .token,
            [("grant_type", GrantType.deviceCode.parameter), ("client_id", client), ("device_code", code)]
        )
    }

    /// The person's yes, as the page says it.
    private func approve(_ answer: EndpointAnswer) throws {
        let code = try #require(UserCode(typed: answer.text("user_code")))
        let grant = self.bench.grant(client: "tv", scopes: ["items:read"])
        #expect(try self.bench.store.approveDevice(userCode: code.digest, grant: grant, at: self.bench.now))
    }

    private func device(_ answer: EndpointAnswer) throws -> DeviceGrant {
        let code = try #require(UserCode(typed: answer.text("user_code")))
        return try #require(try self.bench.store.device(userCode: code.digest, at: self.bench.now))
    }

    @Test("RFC 8628, section 3.2: tells the device what to show and how to ask")
    func answer() throws {
        let answer = self.begin([("scope", "items:read")])
        #expect(answer.status == 200)
        #expect(answer["Cache-Control"] == "no-store")
        let page = "\(EndpointBench.issuer)/device"
        #expect(answer.json["verification_uri"] == .string(page))
        #expect(try answer.text("verification_uri_complete") == "\(page)?user_code=\(answer.text("user_code"))")
        #expect(answer.json["expires_in"] == 600)
        #expect(answer.json["interval"] == 5)
        let device = try self.device(answer)
        #expect(device.client == "tv")
        #expect(device.scopes == ["items:read"])
        #expect(device.network == "192.0.2.7")
    }

    @Test("refuses clients that may not, scopes that are not theirs, and resources that are none")
    func refused() {
        #expect(self.begin(client: "docs").error == "unauthorized_client")
        #expect(self.begin(client: "nobody").error == "invalid_client")
        #expect(self.begin([("scope", "items:write")]).error == "invalid_scope")
        #expect(self.begin([("resource", "https://other.example")]).error == "invalid_target")
    }

    @Test("asks devices to come later when too many of a client wait, and takes other clients")
    func full() throws {
        for number in 0..<SQLiteAuthorizationStore.maximumDevices {
            let network = UInt32(number / SQLiteAuthorizationStore.maximumFromSource)
            let answer = self.bench.post(.deviceAuthorization, [("client_id", "tv")]) {
                $0.client = IPAddress(ipv4: 0x0a00_0000 + network)
            }
            #expect(answer.status == 200)
        }
        let answer = self.begin()
        #expect(answer.status == 503)
        #expect(answer.error == "temporarily_unavailable")
        #expect(answer["Retry-After"] == "600")
        self.bench.adopt { $0.clients[0].grants.insert(.deviceCode) }
        #expect(self.begin(client: "docs").status == 200)
    }

    @Test("RFC 8628, section 3.5: waits for the person, and gives tokens once")
    func approved() throws {
        let device = self.begin()
        let code = try device.text("device_code")
        #expect(self.poll(code).error == "authorization_pending")
        try self.approve(device)
        let answer = self.poll(code)
        #expect(answer.status == 200)
        #expect(try answer.claims(of: "access_token")["sub"] == "alice")
        #expect(self.bench.refresh(try answer.text("refresh_token"), client: "tv").status == 200)
        #expect(self.poll(code).error == "invalid_grant")
    }

    @Test("RFC 8628, section 3.5: slows down a device that asks too often, with 400")
    func slowDown() throws {
        let code = try self.begin().text("device_code")
        #expect(self.poll(code).error == "authorization_pending")
        let hasty = self.poll(code)
        #expect(hasty.status == 400)
        #expect(hasty.error == "slow_down")
        self.bench.advance(by: .seconds(6))
        #expect(self.poll(code).error == "slow_down")
        self.bench.advance(by: .seconds(15))
        #expect(self.poll(code).error == "authorization_pending")
    }

    @Test("RFC 8628, section 3.5: tells of a no, and of a code that has run out")
    func denied() throws {
        let device = self.begin()
        let userCode = try #require(UserCode(typed: device.text("user_code")))
        #expect(try self.bench.store.denyDevice(userCode: userCode.digest, at: self.bench.now))
        #expect(self.poll(try device.text("device_code")).error == "access_denied")
        let other = try self.begin().text("device_code")
        self.bench.advance(by: .seconds(600))
        #expect(self.poll(other).error == "expired_token")
    }

    @Test("belongs to its client, and needs a device code")
    func otherClient() throws {
        let device = self.begin()
        try self.approve(device)
        let code = try device.text("device_code")
        self.bench.adopt { settings in
            var other = Client.tv
            other.name = "radio"
            settings.clients.append(other)
        }
        #expect(self.poll(code, client: "radio").error == "invalid_grant")
        #expect(self.poll(code, client: "docs").error == "unauthorized_client")
        #expect(self.poll("").error == "invalid_request")
        #expect(self.poll(code).status == 200)
    }

    @Test("AS19: takes no code of another kind, nor is taken for one", arguments: ["device_code", "user_code"])
    func kinds(_ member: String) throws {
        let text = try self.begin().text(member)
        #expect(self.bench.redeem(text).error == "invalid_grant")
        #expect(self.bench.refresh(text).error == "invalid_grant")
        #expect(self.poll(try self.bench.code(self.bench.grant(client: "tv"))).error == "invalid_grant")
        #expect(self.poll(try self.begin().text("user_code")).error == "invalid_grant")
    }

    @Test("ends a grant whose user has gone before the device asked")
    func gone() throws {
        let device = self.begin()
        try self.approve(device)
        self.bench.adopt { $0.users = [] }
        #expect(self.poll(try device.text("device_code")).error == "invalid_grant")
        #expect(try self.bench.store.revokedGrants(since: EndpointBench.start).count == 1)
    }
}
