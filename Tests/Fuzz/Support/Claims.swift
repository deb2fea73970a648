/// Ends the run with a finding unless `claim` holds. The fuzzer keeps the bytes that led here.
@inline(__always)
public func require(_ claim: Bool, _ sentence: StaticString) {
    if !claim { fatalError("\(sentence)") }
}

/// A defect that `Tests/fuzz.sh --planted` compiles in: something behind several steps of the parser, which none of
/// the seeds reaches, is said to be impossible. A run that does not find it is broken.
@inline(__always)
public func planted(_ isReached: @autoclosure () -> Bool) {
    #if PLANTED_BUG
    require(!isReached(), "the planted defect was found")
    #endif
}
