/// What Redis tells of itself. What a server or the rights of its user do not tell is nil.
public struct StateReport: Sendable, Equatable {
    /// Such as `7.0.15`.
    public var version: String?
    /// `maxmemory-policy`: what becomes of keys when its memory is full.
    public var evictionPolicy: String?
    public var clock: Clock?
    /// From a question to its answer, in microseconds.
    public var roundTrip: UInt64 = 0

    /// What its clock said, in seconds since 1970, and in milliseconds since then when it was asked and had answered.
    public struct Clock: Sendable, Equatable {
        public var seconds: Int64
        public var asked: Int64
        public var answered: Int64

        public init(seconds: Int64, asked: Int64, answered: Int64) {
            self.seconds = seconds
            self.asked = asked
            self.answered = answered
        }
    }

    public init() {}
}
