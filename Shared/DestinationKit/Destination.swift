import RelayDomain

/// A payment or loyalty provider as the relay calls it: the one type that a provider's adapter implements.
///
/// ``DestinationWorker`` does the rest. docs/destinations.md shows a whole implementation and says what each answer
/// promises. A cancelled call has to return; until it does, it counts as one of the concurrent calls.
public protocol Destination: Sendable {
    /// What the destination can do. Asked once, before the first router is told.
    func describe() -> DestinationManifest

    /// Asks the destination, once, for one decision. Called at most once for a transaction ID, and not past its
    /// ``Authorization/deadline``; up to ``DestinationManifest/concurrent`` calls are under way at a time. Cancelled
    /// after ``DestinationLimits/authorization``.
    ///
    /// Only an explicit word of the destination is `approved` or `declined`; why it declined may be said in any words.
    /// Answer `notSent` only if it is certain that
    /// nothing has left towards the destination; in any doubt, answer `unknown`.
    /// - Throws: anything; it reads as `unknown`.
    func authorize(_ authorization: Authorization) async throws -> DestinationAnswer

    /// Asks what became of a transaction. Called as often as a router wants to know; it must book nothing. `notFound`
    /// says that the destination has not seen it *yet*. Cancelled after ``DestinationLimits/followUp``.
    /// - Throws: anything; it reads as `unknown`.
    func inquire(_ inquiry: Inquiry) async throws -> DestinationAnswer

    /// Takes a transaction back. `confirmed` promises that nothing is booked under its ID and that nothing ever will
    /// be, not even by an authorization that is still on its way. A destination that cannot kill an ID it never saw may
    /// be confirmed for only after ``FollowUp/notAfter`` and ``DestinationManifest/visibilityDelay`` have passed.
    /// Called again until it is confirmed. Cancelled after ``DestinationLimits/followUp``.
    /// - Throws: anything; it reads as `unknown`.
    func reverse(_ reversal: Reversal) async throws -> ReversalAnswer

    /// Whether the destination would decide now. Asked now and then while a reversal is open.
    func isWell() async -> Bool
}

/// A destination that decides by itself, without waiting for anything. It is asked on the thread that owns the bus, so
/// it must never block: a microsecond is a long time.
public protocol ImmediateDestination: Destination {
    func decide(_ authorization: Authorization) -> DestinationAnswer
}

extension ImmediateDestination {
    public func authorize(_ authorization: Authorization) async -> DestinationAnswer { decide(authorization) }
}
