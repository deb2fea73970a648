internal import Bytes
internal import Endpoints
internal import Stores

/// One turn of somebody who is signed in and has a device to decide about.
struct DeviceTurn {
    let visit: Visit
    let person: SignedIn

    private var context: EndpointContext { self.visit.context }

    // MARK: - The code

    func codePage(
        _ typed: String,
        _ problem: DeviceCodePage.Problem? = nil,
        status: UInt16 = 200
    ) -> EndpointAnswer {
        let page = DeviceCodePage(
            context: self.visit.pageContext(),
            userCode: typed,
            problem: problem,
            form: self.visit.form(.device, session: self.person)
        )
        return self.visit.answer(EndpointAnswer(status: status, page: page.page))
    }

    /// What the device of a code wants. A code that no device has counts as a guess (section 5.1); what can be no code is a
    /// slip of the finger.
    func look(_ typed: String) throws(EndpointFailure) -> EndpointAnswer {
        if let seconds = self.wait { return self.lockedOut(typed, seconds) }
        guard let code = UserCode(typed: typed) else { return self.codePage(typed, .unknownCode, status: 400) }
        guard let (device, client) = try self.find(code) else {
            // A right code makes up for no wrong one: who guesses can have a device, too.
            _ = self.context.lockout.ended(self.account, from: self.context.request.client, succeeded: false)
            return self.codePage(typed, .unknownCode, status: 400)
        }
        return self.confirmationPage(code, device, client)
    }

    private var account: LockoutAccount { .userCode(byUser: self.person.user.name) }

    private var wait: Int64? {
        self.context.lockout.wait(for: self.account, from: self.context.request.client)
    }

    private func lockedOut(_ typed: String, _ seconds: Int64) -> EndpointAnswer {
        self.context.note(.lockedOut, subject: self.person.user.name)
        return self.codePage(typed, .lockedOut(Wait(.seconds(seconds))), status: 429)
            .adding("Retry-After", "\(seconds)")
    }

    /// A device that waits, and its client, unless that has gone or lost the grant since.
    private func find(_ code: UserCode) throws(EndpointFailure) -> (DeviceGrant, Client)? {
        let now = self.context.now
        let device = try self.context.stored { store throws(StoreError) in
            try store.device(userCode: code.digest, at: now)
        }
        guard let device, let client = try self.context.client(named: device.client),
            client.grants.contains(.deviceCode)
        else { return nil }
        return (device, client)
    }

    // MARK: - The decision

    private func confirmationPage(_ code: UserCode, _ device: DeviceGrant, _ client: Client) -> EndpointAnswer {
        let box = self.visit.box(.device).seal([code.shown], until: device.expires)
        let page = DeviceConfirmationPage(
            context: self.visit.pageContext(),
            client: ClientCard(client),
            user: ForeignText(self.person.user.name),
            scopes: device.scopes.map { ScopeLine($0, in: self.context.policy) },
            userCode: code.shown,
            requestedAt: PageTime(seconds: device.created.seconds),
            requestedFrom: ForeignText(device.network),
            form: self.visit.form(.device, flow: box, session: self.person)
        )
        return self.visit.answer(EndpointAnswer(page: page.page))
    }

    /// The code of a page that this browser was shown; nil if that is over.
    func open(_ box: String) -> UserCode? {
        self.visit.box(.device).open(box, at: self.context.now).flatMap { UserCode(typed: $0[0]) }
    }

    func allow(_ code: UserCode) throws(EndpointFailure) -> EndpointAnswer {
        guard let (device, client) = try self.find(code) else { return self.codePage("", .expired) }
        let (grant, now) = (self.grant(to: device), self.context.now)
        // So that the account page shows it, and can take it back.
        let consent = try self.context.consent(of: self.person.user, to: grant.client, adding: grant.scopes)
        let counts = try self.context.stored { store throws(StoreError) in
            try store.approveDevice(userCode: code.digest, grant: grant, remembering: consent, at: now)
        }
        guard counts else { return self.codePage("", .expired) }
        self.note(.deviceApproved, device)
        return self.donePage(client, .approved)
    }

    func deny(_ code: UserCode) throws(EndpointFailure) -> EndpointAnswer {
        guard let (device, client) = try self.find(code) else { return self.codePage("", .expired) }
        let now = self.context.now
        let counts = try self.context.stored { store throws(StoreError) in
            try store.denyDevice(userCode: code.digest, at: now)
        }
        guard counts else { return self.codePage("", .expired) }
        self.note(.deviceDenied, device)
        return self.donePage(client, .denied)
    }

    private func donePage(_ client: Client, _ outcome: DeviceDonePage.Outcome) -> EndpointAnswer {
        let page = DeviceDonePage(context: self.visit.pageContext(), client: ClientCard(client), outcome: outcome)
        return self.visit.answer(EndpointAnswer(page: page.page))
    }

    /// Goes with the device's code unless the device comes for it. Signing out here ends it, as all that was allowed here.
    private func grant(to device: DeviceGrant) -> Grant {
        let session = self.person.session
        return Grant(
            user: self.person.user.name,
            client: device.client,
            scopes: device.scopes,
            resources: device.resources,
            session: session.id,
            authenticated: session.authenticated,
            authenticationContext: session.authenticationContext,
            created: self.context.now,
            expires: device.expires
        )
    }

    private func note(_ event: AuditLog.Event, _ device: DeviceGrant) {
        self.context.note(
            event,
            subject: self.person.user.name,
            clientID: device.client,
            .scope(device.scopes)
        )
    }
}
