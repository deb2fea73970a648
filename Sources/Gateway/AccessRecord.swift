import Policy
import Telemetry
import Transport

/// What *record* tells of a request beside what the stages learned. Each request begins with a new one.
struct AccessRecord {
    /// Nanoseconds on the monotonic clock.
    var startedAt: UInt64
    /// Nil without TLS.
    var tlsVersion: TLSVersion?
    /// Zero: the request did not go to an upstream.
    var upstreamStartedAt: UInt64 = 0
    var upstreamNanoseconds: UInt64 = 0
    var upstreamStatus: UInt16 = 0
    /// Of the client's answer; zero until it is known.
    var status: UInt16 = 0
    var refusalCode: RefusalCode?
    var decision = RecordedDecision.deny
    /// Content alone, in bytes.
    var bodyBytes: UInt64 = 0
    var answerBytes: UInt64 = 0
}
