// Generated from docs/errors.yaml by `make generate`: change it there.

/// Something that a person has to look at, opened beside a state or an outcome that stays as it is.
public enum ReconciliationReason: String, Hashable, Sendable, CaseIterable {
    /// The POS agent cannot tell whether the POS program sent the code or membership ID.
    case handedOverMaybe
    /// The POS agent entered the code or membership ID before the relay told it to proceed.
    case enteredOutOfTurn
    /// An answer arrived that contradicts the outcome.
    case contradictingAnswer
    /// The destination refuses the reversal.
    case reversalRefused
    /// A backup was restored in which it had no outcome. What happened after the backup is not known.
    case restoredFromBackup
}
