import Admin
import Bytes
import Transport

// `admin`: health, metrics and what is to be seen. On by default, for this machine alone.

extension PolicyReader {
    static let defaultAdmin = AdminSettings(address: .ip(IPAddress(ipv4: 0x7f00_0001), port: 9901))

    /// Nil when it is `off`.
    func admin(_ field: PolicyField?) -> AdminSettings? {
        guard let field else { return Self.defaultAdmin }
        if field.says("off") { return nil }
        if field.says("false") {
            self.error(field, "to have none, write `admin: off`")
            return nil
        }
        guard let section = self.section(field) else { return nil }
        var settings = Self.defaultAdmin
        section.read("address", into: &settings.address, self.adminAddress)
        section.read("probes", into: &settings.probes, self.probesAddress)
        section.finish()
        return settings
    }

    private func adminAddress(_ field: PolicyField) -> ListenAddress? {
        guard let address = self.listenAddress(field) else { return nil }
        self.claim(address, field)
        if case .ip(let ip, _) = address, !ip.isLoopback {
            self.warning(
                field,
                "other machines can read the routes, issuers and decisions; `probes` has health and metrics alone"
            )
        }
        return address
    }

    private func probesAddress(_ field: PolicyField) -> ListenAddress? {
        guard let address = self.listenAddress(field) else { return nil }
        self.claim(address, field)
        return address
    }
}
