internal import Stores

extension EndpointContext {
    /// Whether a `jti` comes for the first time. From now on, until it expires, it does not.
    ///
    /// - Parameters:
    ///   - owner: Whose identifier it is: others may choose the same.
    ///   - expires: In seconds since 1970.
    func isFirst(
        _ identifier: String,
        in space: TokenIDSpace,
        owner: String,
        expires: Int64
    ) throws(EndpointFailure) -> Bool {
        try self.stored { store throws(StoreError) in
            try store.useTokenID(
                identifier,
                in: space,
                owner: owner,
                expires: Timestamp(seconds: expires),
                at: self.now
            )
        }
    }
}
