/// What became of keeping something that waits for a person, of which each client has a bounded number, and each network a
/// share of those.
public enum Admission: Sendable, Equatable {
    case kept
    /// Nothing was kept: the name is another one's. Make another.
    case nameTaken
    /// Nothing was kept: the client, or the network, has as many as it may. The oldest is over then.
    case full(until: Timestamp)
}
