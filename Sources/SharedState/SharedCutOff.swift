/// Something that no longer counts although it has not ended, such as the sessions of somebody who has signed out
/// everywhere. What its key says is known to those who write and read it. Every gateway knows all of them.
public struct SharedCutOff: Sendable, Equatable {
    /// Bytes of a key: two digests and a moment, as text.
    public static let maximumKeyBytes = 256
    /// Cut-offs at a time. When there are as many, new ones are refused, and what they should end has to be told so.
    public static let maximumCount = 64 * 1024

    public let key: [UInt8]
    /// How long it still holds. No moment, so that the gateways' clocks need not agree.
    public let lifetime: Duration

    public init(key: [UInt8], lifetime: Duration) {
        self.key = key
        self.lifetime = lifetime
    }
}

/// How far somebody has read the cut-offs.
public struct CutOffPosition: Sendable, Equatable {
    /// Before all of them.
    public static let start = CutOffPosition(number: 0)

    let number: Int64
}

/// Some cut-offs, in the order of being added. One may come again, with the same lifetime or a longer one.
public struct CutOffPage: Sendable, Equatable {
    /// Cut-offs of a page: their reply is a few hundred kilobytes at the most.
    public static let maximumCount = 1024

    public let cutOffs: [SharedCutOff]
    /// Where the next page begins.
    public let next: CutOffPosition
    /// Whether there are no more now.
    public let isLast: Bool
}
