/// A person's decision about a marked transaction, for the record.
public struct Reconciliation: Hashable, Sendable {
    /// Who closes it: 1 to 64 Unicode scalars on one line (`isPlain`).
    public let name: String
    /// What was found out: 1 to 400 Unicode scalars on one line.
    public let reason: String
    /// How a reversal that the destination refuses ends. A transaction that has its outcome keeps it.
    public let outcome: Outcome?

    /// - Returns: nil if a text is out of bounds, or the outcome is neither approved, declined nor reversed.
    public init?(name: String, reason: String, outcome: Outcome?) {
        guard name.isPlain(1...64), reason.isPlain(1...400) else { return nil }
        switch outcome {
        case nil, .approved, .declined, .reversed: break
        case .handedOver, .failed: return nil
        }
        self.name = name
        self.reason = reason
        self.outcome = outcome
    }
}
