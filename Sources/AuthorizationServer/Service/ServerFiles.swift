/// The files of the server as they lie there, before anything opens or makes them: what can be said without changing anything.
public enum ServerFiles {
    /// What a start would say of the store and its sealing key, or do about them. Nothing of a store in memory, and of what the
    /// first start will make.
    ///
    /// - Parameter judgesMissing: Whether what is not there counts. A policy is also checked where it does not run.
    public static func findings(_ settings: AuthorizationServerSettings, judgesMissing: Bool = true) -> [ServerFinding]
    {
        guard case .sqlite(let path) = settings.store else { return [] }
        let file = StoreFile(path)
        let isPlaceJudged = judgesMissing || file.hasPlace
        if let fault = file.fault ?? (isPlaceJudged ? file.placeFault : nil) { return [.error(.store, fault)] }
        let exposure = file.exposure.map { mode in
            "\(path) may be read by others (mode \(mode)); `chmod 600 \(path)`, or let the next start do it"
        }
        return [exposure.map { .warning(.store, $0) }, self.seal(settings, path, judgesMissing)].compactMap { $0 }
    }

    private static func seal(
        _ settings: AuthorizationServerSettings,
        _ path: String,
        _ judgesMissing: Bool
    ) -> ServerFinding? {
        let files = settings.keys.sealFiles
        do throws(SealFile.Fault) {
            guard judgesMissing else {
                for file in files where DataDirectory.has(file) { try SealFile.check(file) }
                return nil
            }
            _ = try SealFile.trial(files, isForNewStore: !DataDirectory.has(path))
            return nil
        } catch {
            return .error(.seal, "\(error)")
        }
    }
}

/// One thing to say of the server's files.
public struct ServerFinding: Sendable, Equatable {
    public enum Severity: Sendable {
        /// No gateway starts with it.
        case error
        case warning
    }

    public let severity: Severity
    public let fault: SettingFault

    static func error(_ key: SettingFault.Key, _ reason: String) -> ServerFinding {
        ServerFinding(severity: .error, fault: SettingFault(key, reason))
    }

    static func warning(_ key: SettingFault.Key, _ reason: String) -> ServerFinding {
        ServerFinding(severity: .warning, fault: SettingFault(key, reason))
    }
}
