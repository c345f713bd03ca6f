import RelayDomain

/// A query on its way from the event loop to the reactor.
struct QueuedQuery: Sendable {
    let id: IngressCore.QueryID
    let query: PhoneQuery
    /// How long the phone waits for an outcome.
    let wait: Duration
}

/// An answer on its way back.
struct QueryAnswer: Sendable {
    let id: IngressCore.QueryID
    let answer: PhoneAnswer
}

/// One event stream that waits for changes.
struct WatchID: Hashable, Sendable { let number: UInt64 }
