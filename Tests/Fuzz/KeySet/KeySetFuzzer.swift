internal import Bytes
internal import Cryptography
internal import FuzzSupport
internal import JOSE
internal import OAuth

/// Key sets: any bytes give keys, skipped keys or a fault; what was read is published and read as the same.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Input(start, count)
    do throws(JSONWebKeySet.Fault) {
        let set = try JSONWebKeySet(parsing: input.bytes.span)
        try check(set)
    } catch {
        require(!error.description.isEmpty, "a fault has no words")
    }
    return 0
}

private func check(_ set: JSONWebKeySet) throws(JSONWebKeySet.Fault) {
    require(set.keys.count <= JSONWebKeySet.maximumKeys, "too many keys were kept")
    for key in set.keys {
        let fitting = SignatureAlgorithm.allCases.filter { key.fits($0) }
        require(!fitting.contains { $0.isSymmetric }, "a published key fits the algorithm of a shared secret")
        require(!fitting.isEmpty, "a usable key fits no algorithm")
        require(key.thumbprint.utf8.count == 43, "a thumbprint has 32 bytes")
    }
    let again = try JSONWebKeySet(set.json)
    require(again.keys.count == set.keys.count && again.skipped.isEmpty, "a published key cannot be read")
    for (key, other) in zip(set.keys, again.keys) {
        require(key.thumbprint == other.thumbprint, "a published key is another key")
    }
    do throws(KeyError) {
        let ring = try KeyRing(set, algorithms: SignatureAlgorithm.allCases.filter { !$0.isSymmetric }, generation: 1)
        let outcome = ring.verify([1, 2, 3].span, of: [4].span, algorithm: .es256, keyID: nil)
        require(outcome == .invalid || outcome == .noKey, "three bytes are a signature")
    } catch {
        fatalError("a usable key cannot be prepared: \(error)")
    }
    planted(!set.keys.isEmpty && set.skipped.count > 1)
}
