import Bytes
import HTTP
import HTTPConnections
import Login
import Policy

/// The end of a request without a session, where one is needed: a browser is sent to sign in, a program is told where.
extension Exchange {
    /// True: it was a browser on its way to a page, and is on its way to sign in now.
    func sentToSignIn(on connection: ServerConnection) -> Bool {
        // nginx makes an error of its own of every answer to `auth_request` but 200, 401 and 403.
        guard let kit = self.state.sessionKit, self.learned.forwardAuth?.form != .authRequest,
            self.headBytes.withSpan({ BrowserNavigation.isLikely(self.head, $0) })
        else { return false }
        let host = self.headBytes.withSpan { $0.bytes(self.head.host).string }
        let address = kit.signInAddress(
            provider: self.onlyProvider(kit),
            path: self.wantedPath,
            origin: "\(self.clientScheme)://\(host)",
            isForProxy: self.learned.forwardAuth != nil
        )
        // After anything but GET the method must not be repeated at the provider (RFC 9700, section 4.12).
        self.startOwnAnswer(self.head.method == .get || self.head.method == .head ? 302 : 303, on: connection)
        let location = Array(address.utf8)
        connection.addLine("Location", location.span)
        connection.addLine("Cache-Control", "no-store".utf8.span)
        let noBody: [UInt8] = []
        self.finishOwnAnswer(noBody.span, on: connection)
        return true
    }

    /// For whoever is no browser on its way: a page of its own can open it, with `rd` for the way back.
    var loginURL: String? {
        guard let kit = self.state.sessionKit else { return nil }
        return kit.signInAddress(provider: self.onlyProvider(kit), path: nil, origin: nil)
    }

    /// The provider of a route that takes one alone.
    private func onlyProvider(_ kit: SessionKit) -> String? {
        let first = self.state.settings.issuers.count
        let accepted = kit.settings.providers.indices.filter { self.rules.login.contains(first + $0) }
        return accepted.count == 1 ? kit.settings.providers[accepted[0]].name : nil
    }

    /// The path in its one meaning, and the query as it came.
    private var wantedPath: String {
        self.path.withSpan { path in
            self.headBytes.withSpan { bytes in path.string + bytes.bytes(self.head.query).string }
        }
    }
}
