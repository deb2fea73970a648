internal import Bytes
internal import FuzzSupport
internal import HTTP

/// Paths and authorities: one meaning for each path, in a form that has no other.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Input(start, count)
    // The query is cut off before a path is looked at.
    let path = Array(input.bytes.prefix { $0 != UInt8(ascii: "?") })
    checkPath(path, allowEncodedSlash: false)
    checkPath(path, allowEncodedSlash: true)
    checkAuthority(input.bytes)
    return 0
}

private func checkPath(_ path: [UInt8], allowEncodedSlash: Bool) {
    guard let (normal, traits) = normalise(path, allowEncodedSlash) else { return }
    require(normal.first == UInt8(ascii: "/"), "a normal form starts with a slash")
    require(!normal.contains { $0 <= 0x20 || $0 >= 0x7F || $0 == 0x5C || $0 == 0x23 }, "a refused byte came through")

    let segments = normal.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
    require(!segments.dropLast().contains { $0.isEmpty }, "a run of slashes came through")
    let dots: [[UInt8]] = [[0x2E], [0x2E, 0x2E]]
    require(!segments.contains { dots.contains(Array($0)) }, "a dot segment came through")

    let text = String(decoding: normal, as: UTF8.self).lowercased()
    for escape in ["%00", "%1f", "%5c", "%7f"] {
        require(!text.contains(escape), "an escape that is refused came through")
    }
    require(allowEncodedSlash || !text.contains("%2f"), "an encoded slash came through")
    require(traits.hasOtherReadings || !(text.contains("%") || text.contains(";")), "other readings were overlooked")

    guard let again = normalise(normal, allowEncodedSlash) else { fatalError("a normal form is refused") }
    require(again.path == normal, "a normal form has another normal form")
    require(again.traits == traits, "a normal form has other traits")

    let readings = PathReadings(of: normal.span)
    require(!readings.isComplete || readings.all.count <= PathReadings.maximumCount, "there are too many readings")
    require(!readings.all.contains(normal), "a path is its own other reading")
    require(traits.hasOtherReadings || readings.all.isEmpty, "a plain path has other readings")
    planted(readings.all.count > 3 && segments.count > 2)
}

/// Nil when it is refused.
private func normalise(_ path: [UInt8], _ allowEncodedSlash: Bool) -> (path: [UInt8], traits: PathTraits)? {
    var output = ByteBuffer()
    switch PathNormaliser.normalise(path: path.span, allowEncodedSlash: allowEncodedSlash, into: &output) {
    case .unchanged(let traits):
        require(output.isEmpty, "an unchanged path was written")
        return (path, traits)
    case .changed(let traits):
        let written = output.span.array
        require(written != path, "a path is said to have changed and has not")
        return (written, traits)
    case .refused:
        require(output.isEmpty, "a refused path was written")
        return nil
    }
}

private func checkAuthority(_ authority: [UInt8]) {
    guard HostName.isValid(authority.span) else { return }
    let host = HostName.range(in: authority.span)
    let port = HostName.portRange(in: authority.span)
    require(host.upperBound <= authority.count && port.upperBound <= authority.count, "a part lies outside")
    require(host.upperBound <= port.lowerBound || port.isEmpty, "host and port overlap")
    require(authority[port].allSatisfy { (0x30...0x39).contains($0) }, "a port has digits")
}
