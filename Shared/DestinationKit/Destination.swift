import RelayDomain

/// Who approves payments or books rewards, as an adapter speaks to it: what a provider writes, and all it writes.
///
/// ```swift
/// struct MyBank: Destination {
///     func describe() -> DestinationManifest { … }
///     func authorize(_ authorization: Authorization) async throws -> DestinationAnswer {
///         let reply = try await bank.debit(authorization.information.exposed, …)
///         return reply.isBooked ? .approved : .declined(reply.reason)
///     }
/// }
/// ```
///
/// ``DestinationWorker`` does the rest. docs/destinations.md says what the answers promise.
public protocol Destination: Sendable {
    /// What the destination can do. Asked once, before the first router is told.
    func describe() -> DestinationManifest

    /// Asks the destination, once, for one decision. Called at most once for a transaction ID, and not past its
    /// ``Authorization/deadline``; up to ``DestinationManifest/concurrent`` calls are under way at a time. Cancelled after
    /// ``DestinationWorker/answerMost``.
    ///
    /// Only an explicit word of the destination is `approved` or `declined`. Answer `notSent` only if it is certain that
    /// nothing has left towards the destination; in any doubt, answer `unknown`.
    /// - Throws: anything; it reads as `unknown`.
    func authorize(_ authorization: Authorization) async throws -> DestinationAnswer
}

/// A destination that decides by itself, without waiting for anything. It is asked on the thread that owns the bus, so it
/// must never block: a microsecond is a long time.
public protocol ImmediateDestination: Destination {
    func decide(_ authorization: Authorization) -> DestinationAnswer
}

extension ImmediateDestination {
    public func authorize(_ authorization: Authorization) async -> DestinationAnswer { decide(authorization) }
}
