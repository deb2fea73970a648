import SharedState

// `state`: where several gateways keep what they know together.

extension PolicyReader {
    func state(_ field: PolicyField) -> StateSettings? {
        guard let section = self.section(field) else { return nil }
        let because = "where Redis is, such as `redis://127.0.0.1:6379/0`"
        let settings = section.required("url", because: because, self.stateURL)
        let mode =
            section.value("on_failure") { self.word($0, ["deny": .deny, "allow": .allow]) }
            as StateSettings.FailureMode?
        section.finish()
        if mode == .allow, let field = section.field("on_failure") {
            self.warning(field, "it is about rate limits alone, of which this version has none")
        }
        guard var settings else { return nil }
        if let mode { settings.onFailure = mode }
        return settings
    }

    /// What is wrong with it is said without quoting it: it may hold a password.
    private func stateURL(_ field: PolicyField) -> StateSettings? {
        guard let scalar = self.scalar(field, "a URL such as `redis://127.0.0.1:6379/0`"), !scalar.isUnset else {
            return nil
        }
        do throws(StateURLProblem) {
            let settings = try StateSettings(url: scalar.text)
            if settings.sendsPasswordInTheClear {
                self.warning(field, "the password travels unencrypted; `rediss://` encrypts it")
            }
            return settings
        } catch {
            self.error(field, "\(error)")
            return nil
        }
    }
}
