// Generated from docs/errors.yaml by `make generate`: change it there.

/// Something that a person has to look at, opened beside a state or an outcome that stays as it is.
public enum ReconciliationReason: String, Hashable, Sendable, CaseIterable {
    /// The POS agent cannot tell whether the POS program sent the information.
    case handedOverMaybe
    /// The POS agent says that it entered the information although the relay had not let it begin.
    case enteredOutOfTurn
    /// An answer came that contradicts the outcome.
    case contradictingAnswer
    /// The destination refuses to take the transaction back.
    case reversalRefused
    /// It had no outcome in a backup that was restored; what happened after the backup is not known.
    case restoredFromBackup
}
