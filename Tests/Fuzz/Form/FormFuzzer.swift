internal import Bytes
internal import FuzzSupport

@testable internal import AuthorizationServer
@testable internal import Endpoints

/// Forms and Basic credentials: each parameter once, no NUL, and one value whichever way it is written.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Input(start, count)
    do throws(ParametersFault) {
        check(try Parameters(parsing: input.bytes))
    } catch {
        require(error != .noForm, "the type is looked at, which is not here")
    }
    let line = String(decoding: input.bytes, as: UTF8.self)
    checkBasic(line)
    // So that what stands below base64 is reached: the bytes as name and secret.
    checkBasic("Basic \(Base64URL.encode(input.bytes))")
    return 0
}

private func check(_ parameters: Parameters) {
    let all = parameters.all
    require(all.count <= Parameters.maximumCount, "there are more parameters than the limit allows")
    for (name, value) in all {
        require(!value.isEmpty, "a parameter without a value counts as left out")
        require(!name.utf8.contains(0) && !value.utf8.contains(0), "a NUL came through")
        let count = all.count { $0.name.hasSameBytes(as: name) }
        require(count == 1 || name.hasSameBytes(as: Parameters.resource), "a parameter is there twice")
        let first = all.first { $0.name.hasSameBytes(as: name) }
        require(parameters[name]?.hasSameBytes(as: first?.value ?? "") == true, "a parameter is not found by its name")
    }
    let text = all.map { "\(FormEncoding.encode($0.name))=\(FormEncoding.encode($0.value))" }.joined(separator: "&")
    require(text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x23 }, "an encoded form is not plain")
    guard let again = try? Parameters(parsing: Array(text.utf8)) else { fatalError("an encoded form is refused") }
    require(again.all.count == all.count, "an encoded form has other parameters")
    for (one, other) in zip(all, again.all) {
        let isSame = one.name.hasSameBytes(as: other.name) && one.value.hasSameBytes(as: other.value)
        require(isSame, "an encoded form reads otherwise")
    }
    planted(parameters.resources.count == 2 && parameters["scope"]?.utf8.contains(UInt8(ascii: " ")) == true)
}

private func checkBasic(_ line: String) {
    guard let (name, secret) = BasicScheme.credentials(in: line) else { return }
    require(!name.isEmpty, "a client has no name")
    require(!name.utf8.contains(0) && !secret.utf8.contains(0), "a NUL came through")
    let pair = Array("\(FormEncoding.encode(name)):\(FormEncoding.encode(secret))".utf8)
    guard let again = BasicScheme.credentials(in: "Basic \(Base64URL.encode(pair))") else {
        fatalError("encoded credentials are refused")
    }
    let isSame = again.name.hasSameBytes(as: name) && again.secret.hasSameBytes(as: secret)
    require(isSame, "encoded credentials read otherwise")
}
