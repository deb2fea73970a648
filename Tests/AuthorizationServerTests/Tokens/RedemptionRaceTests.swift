import Cryptography
import Foundation
import JOSE
import Stores
import Telemetry
import Testing

@testable import AuthorizationServer
@testable import Endpoints

/// Two servers with one store, as two processes would be, that are asked at the same time.
@Suite("Fifty redemptions at once")
struct RedemptionRaceTests {
    private static let count = 50

    private let place: ServedPlace

    init() throws { self.place = try ServedPlace() }

    @Test("AS20, AS3: redeem a code once")
    func code() throws {
        let answers = try self.place.ask(Self.count, self.place.redemption(of: try self.place.code()))
        #expect(answers.filter { $0.status == 200 }.count == 1)
        #expect(answers.filter { $0.error == "invalid_grant" }.count == Self.count - 1)
    }

    @Test("AS20, AS9: rotate a refresh token once without a grace")
    func withoutGrace() throws {
        let place = try ServedPlace { $0.lifetimes.refreshGrace = .zero }
        let answers = try place.ask(Self.count, place.refreshing(try place.refreshToken()))
        #expect(answers.filter { $0.status == 200 }.count == 1)
        #expect(answers.filter { $0.error == "invalid_grant" }.count == Self.count - 1)
    }

    @Test("AS20, AS9: give one successor of a refresh token to all within the grace")
    func withGrace() throws {
        let answers = try self.place.ask(Self.count, self.place.refreshing(try self.place.refreshToken()))
        #expect(answers.filter { $0.status == 200 }.count == Self.count)
        #expect(Set(answers.compactMap { $0.json["refresh_token"]?.string }).count == 1)
        #expect(Set(answers.compactMap { $0.json["access_token"]?.string }).count == Self.count)
    }

    @Test("AS20: give an approved device its tokens once")
    func device() throws {
        let answers = try self.place.ask(Self.count, try self.place.polling())
        #expect(answers.filter { $0.status == 200 }.count == 1)
    }
}

/// A store in a file, two services on it, and whatever a test puts there.
private final class ServedPlace: Sendable {
    private let directory = NSTemporaryDirectory() + "gatehouse-served-" + RandomSecret().text
    private let services: [AuthorizationService]
    private let settings: AuthorizationServerSettings
    private let writer = LogWriter(fileDescriptor: -1)
    private let now = Timestamp(milliseconds: WallClock.milliseconds)

    init(_ change: (inout AuthorizationServerSettings) -> Void = { _ in }) throws {
        try FileManager.default.createDirectory(atPath: self.directory, withIntermediateDirectories: false)
        var settings = try AuthorizationServerSettings.inTests()
        settings.store = .sqlite(self.directory + "/gatehouse.db")
        settings.keys.sealFiles = [self.directory + "/seal.key"]
        change(&settings)
        self.settings = settings
        let (writer, log) = (self.writer, OperationalLog())
        self.services = try (1...2).map { _ in
            try AuthorizationService(settings, log: log, audit: writer) { _ in }
        }
    }

    deinit {
        for service in self.services { service.stop() }
        self.writer.stop(within: .seconds(5))
        try? FileManager.default.removeItem(atPath: self.directory)
    }

    /// The answers to `count` requests alike, half of them to each service.
    func ask(_ count: Int, _ form: [(name: String, value: String)]) throws -> [EndpointAnswer] {
        // The C library's: sanitizers do not see into `Synchronization.Mutex`.
        let monitor = Monitor()
        nonisolated(unsafe) var answers: [EndpointAnswer] = []
        let finished = DispatchSemaphore(value: 0)
        for index in 0..<count {
            var request = EndpointRequest(method: .post, requestID: "r-\(index)")
            request.contentType = "application/x-www-form-urlencoded"
            request.body = Array(FormEncoding.encode(form).utf8)
            self.services[index % 2].submit(EndpointCall(request, to: .token, now: self.now)) { answer in
                monitor.locked { answers.append(answer) }
                finished.signal()
            }
        }
        for _ in 0..<count { try #require(finished.wait(timeout: .now() + 60) == .success) }
        return monitor.locked { answers }
    }

    func code() throws -> String {
        let secret = RandomSecret()
        let code = AuthorizationCode(
            digest: secret.digest,
            grant: self.grant(to: "docs"),
            redirectURI: nil,
            challenge: Pkce.challenge,
            expires: self.now + .seconds(600)
        )
        _ = try self.store().addCode(code, at: self.now)
        return secret.text
    }

    func redemption(of code: String) -> [(name: String, value: String)] {
        [
            ("grant_type", "authorization_code"), ("client_id", "docs"), ("code", code),
            ("code_verifier", Pkce.verifier),
        ]
    }

    func refreshToken() throws -> String {
        try #require(try self.ask(1, self.redemption(of: try self.code())).first).text("refresh_token")
    }

    func refreshing(_ token: String) -> [(name: String, value: String)] {
        [("grant_type", "refresh_token"), ("client_id", "docs"), ("refresh_token", token)]
    }

    /// A poll of a device that was approved.
    func polling() throws -> [(name: String, value: String)] {
        let (secret, userCode, store) = (RandomSecret(), UserCode(), try self.store())
        let device = DeviceGrant(
            deviceCode: secret.digest,
            userCode: userCode.digest,
            client: "tv",
            scopes: ["items:read"],
            network: "",
            created: self.now,
            expires: self.now + .seconds(600)
        )
        try #require(try store.addDevice(device, at: self.now) == .kept)
        try #require(try store.approveDevice(userCode: userCode.digest, grant: self.grant(to: "tv"), at: self.now))
        return [
            ("grant_type", GrantType.deviceCode.parameter), ("client_id", "tv"), ("device_code", secret.text),
        ]
    }

    private func store() throws -> SQLiteAuthorizationStore {
        let ring = try SealFile.ring(self.settings.keys.sealFiles, isForNewStore: false)
        return try SQLiteAuthorizationStore(.file(self.directory + "/gatehouse.db"), ring: ring)
    }

    private func grant(to client: String) -> Grant {
        Grant(
            user: "alice",
            client: client,
            scopes: ["items:read"],
            authenticated: self.now,
            created: self.now,
            expires: self.now + .seconds(600)
        )
    }
}
