import RelayDomain

/// A question on its way from the event loop to the reactor, with the one who waits for its answer.
struct Ask: Sendable {
    let question: Question
    /// How long the phone waits for an outcome.
    let wait: Duration
    let asker: CheckedContinuation<Answer, Never>
}

/// An answer on its way back.
struct Answered: Sendable {
    let answer: Answer
    let asker: CheckedContinuation<Answer, Never>
}
