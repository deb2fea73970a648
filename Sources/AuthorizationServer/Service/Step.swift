internal import Endpoints

/// What a handler has come to.
enum Step {
    case answer(EndpointAnswer)
    /// A password must be tried or hashed first, which takes long.
    case hash(HashingJob)
}

/// Work for the hashing pool, which then comes back to the store's thread.
struct HashingJob {
    /// The rest of the handler, with the outcome of the work inside.
    typealias Next = @Sendable (EndpointContext) throws(EndpointFailure) -> Step

    /// Makes the answer when the pool is full. Called in the same turn on the store's thread, or never.
    let ifBusy: () throws(EndpointFailure) -> EndpointAnswer
    /// Takes tens to hundreds of milliseconds. Touches nothing but what it was given.
    let work: @Sendable () -> Next
}
