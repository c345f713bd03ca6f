import RelayDomain

/// A payment or loyalty provider as the relay calls it: the only type that a provider's adapter implements.
///
/// ``DestinationWorker`` does the rest. docs/destinations.md shows a whole implementation and says what each answer
/// promises. A cancelled call has to return; until it does, it counts as one of the concurrent calls.
public protocol Destination: Sendable {
    /// What the destination can do. Called once, before the first router gets it.
    func describe() -> DestinationManifest

    /// Asks the destination, once, to decide. Called at most once for a transaction ID, and not past its
    /// ``Authorization/deadline``; up to ``DestinationManifest/concurrent`` calls are in progress at a time. Cancelled
    /// after ``DestinationLimits/authorization``.
    ///
    /// Only an explicit answer of the destination is `approved` or `declined`; the reason of a decline may be any text.
    /// Answer `notSent` only if it is certain that nothing was sent to the destination; in any doubt, answer `unknown`.
    /// - Throws: any error; it counts as `unknown`.
    func authorize(_ authorization: Authorization) async throws -> DestinationAnswer

    /// Asks for the result of a transaction. Called as often as a router inquires; it must book nothing. `notFound`
    /// means that the destination has not seen it *yet*. Cancelled after ``DestinationLimits/followUp``.
    /// - Throws: any error; it counts as `unknown`.
    func inquire(_ inquiry: Inquiry) async throws -> DestinationAnswer

    /// Reverses a transaction. `confirmed` promises that nothing is booked under its ID and that nothing ever will be,
    /// not even by an authorization that is still on its way. For a destination that cannot block an ID that it never
    /// saw, answer `confirmed` only after ``FollowUp/notAfter`` and ``DestinationManifest/visibilityDelay`` have
    /// passed. Called again until it is confirmed. Cancelled after ``DestinationLimits/followUp``.
    /// - Throws: any error; it counts as `unknown`.
    func reverse(_ reversal: Reversal) async throws -> ReversalAnswer

    /// Whether the destination could decide now. Asked every 5 s while a reversal is open.
    func isWell() async -> Bool
}

/// A destination that decides without waiting. It is called on the thread that owns the bus, so it must never block:
/// even a microsecond delays other messages.
public protocol ImmediateDestination: Destination {
    func decide(_ authorization: Authorization) -> DestinationAnswer
}

extension ImmediateDestination {
    public func authorize(_ authorization: Authorization) async -> DestinationAnswer { decide(authorization) }
}
