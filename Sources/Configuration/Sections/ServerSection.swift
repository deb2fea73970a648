import Gateway

// `server`: the process as a whole. All of it may be left out.

extension PolicyReader {
    func server(_ field: PolicyField) -> ServerProcessSettings? {
        guard let section = self.section(field) else { return nil }
        var settings = ServerProcessSettings()
        section.read("workers", into: &settings.workers, self.workers)
        section.read("drain_delay", into: &settings.drainDelay) { self.duration($0, atLeast: .zero) }
        section.read("drain_timeout", into: &settings.drainTimeout) { self.duration($0, atLeast: .zero) }
        section.read("limits", into: &settings.limits, self.gatewayLimits)
        section.read("timeouts", into: &settings.timeouts, self.gatewayTimeouts)
        section.finish()
        return settings
    }

    /// `auto`, one for each processor, is nil.
    private func workers(_ field: PolicyField) -> Int? {
        if field.says("auto") { return nil }
        return self.parsed(field, "`auto` or \(WorkerCount.form)", WorkerCount.parse)
    }

    private func gatewayLimits(_ field: PolicyField) -> GatewayLimits? {
        guard let section = self.section(field) else { return nil }
        var limits = GatewayLimits()
        section.read("connections", into: &limits.connections) { self.integer($0, in: 1...10_000_000) }
        section.read("header_bytes", into: &limits.headerBytes) { self.size($0, in: 1024...1_048_576) }
        section.read("header_count", into: &limits.headerCount) { self.integer($0, in: 8...1000) }
        section.read("target_bytes", into: &limits.targetBytes) { self.size($0, in: 64...1_048_576) }
        section.read("token_bytes", into: &limits.tokenBytes) { self.size($0, in: 64...1_048_576) }
        section.finish()
        return limits
    }

    private func gatewayTimeouts(_ field: PolicyField) -> GatewayTimeouts? {
        guard let section = self.section(field) else { return nil }
        var timeouts = GatewayTimeouts()
        section.read("header", into: &timeouts.header, self.duration)
        section.read("body_idle", into: &timeouts.bodyIdle, self.duration)
        section.read("write_idle", into: &timeouts.writeIdle, self.duration)
        section.read("keep_alive", into: &timeouts.keepAlive, self.duration)
        section.read("tunnel_idle", into: &timeouts.tunnelIdle, self.duration)
        section.finish()
        return timeouts
    }
}
