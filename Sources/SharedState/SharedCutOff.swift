/// Something that no longer counts although it has not ended, such as the sessions of somebody who has signed out
/// everywhere. What its key says is known to those who write and read it. Every gateway knows all of them.
public struct SharedCutOff: Sendable, Equatable {
    /// Bytes of a key: two digests and a moment, as text.
    public static let maximumKeyBytes = 256
    /// By how much the ends of two accounts of one cut-off may differ: the same is told more than once, each time with what
    /// is left of its lifetime, and some is lost on the way.
    public static let tolerance: Duration = .seconds(10)

    public let kind: CutOffKind
    public let key: [UInt8]
    /// How long it still holds. No moment, so that the gateways' clocks need not agree.
    public let lifetime: Duration

    public init(_ kind: CutOffKind = .sessions, key: [UInt8], lifetime: Duration) {
        self.kind = kind
        self.key = key
        self.lifetime = lifetime
    }
}

/// What is cut off. Each kind has a list of its own, so that none takes the room of the others.
public enum CutOffKind: Sendable, CaseIterable {
    /// Of browsers.
    case sessions
    /// Of an authorization server.
    case grants

    /// Cut-offs at a time. When there are as many, new ones are refused, and what they should end has to be told so.
    public var maximumCount: Int {
        switch self {
        case .sessions: 64 * 1024
        case .grants: 128 * 1024
        }
    }
}

/// How far somebody has read the cut-offs of one kind.
public struct CutOffPosition: Sendable, Equatable {
    /// Before all that end sessions.
    public static let start = CutOffPosition.start(of: .sessions)

    let kind: CutOffKind
    /// Of the list that was read. A state that has lost it begins another. Empty: none was read.
    let list: [UInt8]
    let number: Int64

    init(_ kind: CutOffKind = .sessions, of list: [UInt8] = [], number: Int64) {
        self.kind = kind
        self.list = list
        self.number = number
    }

    /// Before all of them.
    public static func start(of kind: CutOffKind) -> CutOffPosition { CutOffPosition(kind, number: 0) }

    /// Whether the list that was read then is lost, and this is a position in another.
    public func isOfAnotherList(than former: CutOffPosition) -> Bool {
        !former.list.isEmpty && former.list != self.list
    }
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
