/// What a handler has come to.
enum Step: Sendable {
    case answer(EndpointAnswer)
    /// A password must be tried or hashed first, which takes long.
    case hash(HashingJob)
}

/// Work for the hashing pool, which then comes back to the store's thread.
struct HashingJob: Sendable {
    /// The rest of the handler, with the outcome of the work inside.
    typealias Next = @Sendable (EndpointContext) throws(EndpointFailure) -> Step

    /// The answer when the pool is full.
    let ifBusy: EndpointAnswer
    /// Takes tens to hundreds of milliseconds. Touches nothing but what it was given.
    let work: @Sendable () -> Next
}
