import RelayDomain

/// A question on its way from the event loop to the reactor.
struct Ask: Sendable {
    let id: IngressCore.AskID
    let question: Question
    /// How long the phone waits for an outcome.
    let wait: Duration
}

/// An answer on its way back.
struct Answered: Sendable {
    let id: IngressCore.AskID
    let answer: Answer
}

/// One event stream that wants news.
struct WatchID: Hashable, Sendable { let number: UInt64 }
