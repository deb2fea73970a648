import JOSE
import OAuth
import Reactor
import Telemetry
import Transport
import Upstreams

/// One issuer whose keys come over the network: does what its schedule decides, and says what came of it.
final class FetchedIssuer {
    private(set) var settings: IssuerSettings
    private unowned let owner: IssuerKeys
    private let tls: TLSContext?
    private var schedule: KeySchedule
    private var keys = FetchedKeys()
    /// Whether the workers have the latest set.
    private var isTold = false
    private var fetch: KeyFetch?
    private var timer: LoopTimer?
    private var lastFailure: KeyFetchFailure?
    private var failures: [IssuerKeysStatus.FailureCount] = []
    private var log: IssuerKeysLog

    init(_ settings: IssuerSettings, owner: IssuerKeys) {
        self.settings = settings
        self.owner = owner
        self.log = IssuerKeysLog(owner.log, issuer: settings.name)
        self.schedule = KeySchedule(settings.keyRefresh, now: owner.loop.milliseconds)
        var tls = ClientTLSSettings()
        tls.authorities = settings.certificateAuthorities
        // What cannot be read was refused when the policy was checked; without a context every https call fails.
        self.tls = try? TLSContext(client: tls)
    }

    // MARK: - Events

    /// Begins what is due.
    func start() {
        self.perform(self.schedule.timeArrived(self.now))
    }

    func end() {
        self.dropTimer()
        self.dropFetch()
    }

    func asked(isForUnknownKey: Bool) {
        self.perform(self.schedule.asked(isForUnknownKey: isForUnknownKey, now: self.now))
    }

    /// The policy was read again. Workers drop the keys of an issuer that is not quite the same: they are told again.
    func adopt(_ settings: IssuerSettings) {
        guard settings != self.settings else { return }
        self.settings = settings
        self.schedule.adopt(settings.keyRefresh, now: self.now, chance: .random(in: 0..<1))
        if self.isTold { self.tell() }
    }

    private func fetchEnded(_ result: Result<KeyFetch.Outcome, KeyFetchFailure>) {
        self.owner.loop.refreshClock()
        self.dropFetch()
        switch result {
        case .success(let outcome): self.obtained(outcome)
        case .failure(let failure): self.failed(failure)
        }
    }

    private func obtained(_ outcome: KeyFetch.Outcome) {
        let hasChanged = self.keys.obtained(outcome.set, at: WallClock.milliseconds / 1000)
        let hasRecovered = self.lastFailure != nil
        self.lastFailure = nil
        if hasChanged || hasRecovered { self.log.fetched(outcome.set, algorithms: self.settings.algorithms) }
        self.log.skipped(outcome.set.skipped)
        if hasChanged || !self.isTold { self.tell() }
        let chance = Double.random(in: 0..<1)
        self.perform(self.schedule.obtained(maximumAge: outcome.maximumAge, now: self.now, chance: chance))
    }

    private func failed(_ failure: KeyFetchFailure) {
        self.lastFailure = failure
        self.count(failure)
        self.log.failed(failure)
        let chance = Double.random(in: 0..<1)
        self.perform(self.schedule.failed(endsTrust: failure.endsTrust, now: self.now, chance: chance))
    }

    // MARK: - Actions

    private func perform(_ actions: [KeySchedule.Action]) {
        for action in actions {
            switch action {
            case .fetch: self.begin()
            case .withdraw: self.withdraw()
            case .answer(let quiet): self.owner.answer(self.settings.name, .milliseconds(Int64(quiet)))
            }
        }
        self.arm()
    }

    private func begin() {
        let fetch = KeyFetch(self.settings, client: self.owner.client, loop: self.owner.loop, tls: self.tls) {
            [unowned self] result in self.fetchEnded(result)
        }
        self.fetch = fetch
        fetch.start()
    }

    private func tell() {
        self.isTold = true
        self.owner.tell(
            KeyUpdate(issuer: self.settings.name, keys: self.keys.set, generation: self.keys.generation)
        )
    }

    private func withdraw() {
        self.isTold = false
        self.log.withdrawn()
        self.owner.tell(KeyUpdate(issuer: self.settings.name, keys: nil, generation: self.keys.generation))
    }

    private func arm() {
        self.dropTimer()
        guard let next = self.schedule.nextEvent else { return }
        let delay = Duration.milliseconds(Int64(next - min(next, self.now)))
        self.timer = LoopTimer(on: self.owner.loop, after: delay) { [unowned self] in
            self.owner.loop.refreshClock()
            self.perform(self.schedule.timeArrived(self.now))
        }
    }

    // MARK: - Status

    func status(uses: [String: Int64]) -> IssuerKeysStatus {
        var status = IssuerKeysStatus(
            issuer: self.settings.name,
            source: self.settings.keys == .discovery ? .discovery : .url
        )
        status.hasSet = self.isTold
        status.lastFetch = self.keys.lastObtained
        status.lastError = self.lastFailure?.description
        status.failures = self.failures
        status.hasEndedFirstFetch = self.schedule.hasEndedFirstFetch
        if !self.schedule.isFetching {
            let wait = Int64(self.schedule.fetchAt) - Int64(self.now)
            status.nextRefresh = (WallClock.milliseconds + max(0, wait)) / 1000
        }
        guard self.isTold else { return status }
        status.keys = self.keys.statuses(of: self.settings, uses: uses)
        status.age = self.schedule.obtainedAt.map { Double(self.now - min(self.now, $0)) / 1000 }
        return status
    }

    private func count(_ failure: KeyFetchFailure) {
        if let index = self.failures.firstIndex(where: { $0.reason == failure.reason }) {
            self.failures[index].count += 1
        } else {
            self.failures.append(.init(reason: failure.reason, count: 1))
        }
    }

    // MARK: - Private details

    private var now: UInt64 { self.owner.loop.milliseconds }

    // Both may be at work right now: nothing is freed inside its own callback.
    private func dropTimer() {
        guard let timer = self.timer else { return }
        self.timer = nil
        self.owner.loop.releaseAtEndOfTurn(timer)
    }

    private func dropFetch() {
        guard let fetch = self.fetch else { return }
        self.fetch = nil
        fetch.cancel()
        self.owner.loop.releaseAtEndOfTurn(fetch)
    }
}
