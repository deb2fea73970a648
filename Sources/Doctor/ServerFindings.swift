internal import AuthorizationServer

/// What the store is like that a start would open.
enum ServerFindings {
    static func found(_ trial: StoreTrial) -> [Finding] {
        switch trial {
        case .inMemory: []
        case .isMissing(let path): [.ok(.authorizationServer, "\(path): not there yet; the first start makes it")]
        case .isOlder(let path):
            [
                .warning(
                    .authorizationServer,
                    "\(path): of an older Gatehouse; the next start changes its form, and shows whether its keys open",
                    remedy: "keep a copy of it: an older Gatehouse does not read the new form"
                )
            ]
        case .opens(let path, let keys):
            [.ok(.authorizationServer, "\(path): opened and read, \(keys) signing key\(keys == 1 ? "" : "s")")]
        }
    }

    /// A start ends with the same words.
    static func failed(_ error: AuthorizationStartError) -> [Finding] {
        error.faults.map { fault in
            .failure(.authorizationServer, "\(fault); no gateway starts with this")
        }
    }
}
