import Bytes
import HTTP

/// The header names that only the gateway may send to upstreams, for the whole policy: a client's are removed on every
/// route, from every peer, before anything is decided.
///
/// Names are compared folded, because upstreams confuse `X-Auth-Subject`, `X_Auth_Subject` and `x.auth.subject`
/// (CVE-2025-64484, CVE-2026-39858).
public struct ProtectedHeaders: Sendable {
    /// As they were written: names, and prefixes that end in `*`. Labels for `spoofed_headers_total`.
    public let patterns: [String]
    private let entries: [Entry]
    /// The folded first bytes that any entry has, one bit each: most fields of most requests end here.
    private let firstBytes: UInt128

    private struct Entry {
        var name: [UInt8]
        var isPrefix: Bool
    }

    /// All `identity.strip` of the routes, and every name that a route injects.
    ///
    /// Names in `request_headers` count as injected. Only those that belong to every client's requests stay out: one route
    /// that sets `Accept` for its upstream does not take it away from the clients of all others.
    public init(_ routes: [RouteSettings]) {
        var patterns: [String] = []
        func add(_ pattern: String) {
            if !patterns.contains(where: { Array($0.utf8).span.foldedEquals(pattern.utf8Span.span) }) {
                patterns.append(pattern)
            }
        }
        for route in routes {
            for pattern in route.identity.strip { add(pattern) }
            for header in route.identity.headers { add(header.name) }
            for header in route.requestHeaders where !Self.isEveryClients(header.name) { add(header.name) }
        }
        self.patterns = patterns
        self.entries = patterns.map { pattern in
            let isPrefix = pattern.hasSuffix("*")
            return Entry(name: pattern.utf8.dropLast(isPrefix ? 1 : 0).map(\.folded), isPrefix: isPrefix)
        }
        self.firstBytes = self.entries.reduce(0) { bits, entry in
            // The prefix `*` alone protects every name.
            bits | (entry.name.first.map { 1 << UInt128($0) } ?? UInt128.max)
        }
    }

    /// The place in `patterns` of the one that protects a field of this name; -1 if none does.
    @inline(__always)
    public func index(of name: Span<UInt8>) -> Int {
        guard name.count > 0, (self.firstBytes >> UInt128(name[0].folded)) & 1 == 1 else { return -1 }
        return self.search(name)
    }

    private func search(_ name: Span<UInt8>) -> Int {
        for index in self.entries.indices {
            let count = self.entries[index].name.count
            guard self.entries[index].isPrefix ? name.count >= count : name.count == count else { continue }
            if self.starts(name, with: index) { return index }
        }
        return -1
    }

    private func starts(_ name: Span<UInt8>, with index: Int) -> Bool {
        for place in self.entries[index].name.indices where name[place].folded != self.entries[index].name[place] {
            return false
        }
        return true
    }

    private static func isEveryClients(_ name: String) -> Bool {
        let name = name.utf8Span.span
        for common in Self.everyClients where name.equalsIgnoringCase(common) { return true }
        return false
    }

    // RFC 9110: the fields that say how a message is meant and what its sender can take, and credentials.
    private static let everyClients: [StaticString] = [
        "accept", "accept-encoding", "accept-language", "authorization", "cache-control", "connection",
        "content-encoding", "content-language", "content-length", "content-type", "cookie", "expect", "host",
        "if-match",
        "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "origin", "pragma", "range", "referer",
        "te", "trailer", "transfer-encoding", "upgrade", "user-agent",
    ]
}
