// Generated from docs/errors.yaml by `make generate`: change it there.

/// Why a transaction failed before anything reached the destination.
public enum FailureReason: String, Hashable, Sendable, CaseIterable {
    /// The device did not acknowledge the command in time.
    case noAcknowledgement
    /// The terminal acknowledged the command but did not submit in time, or not before the code expired.
    case noSubmission
    /// The device refused the command; `deviceReason` says why.
    case deviceRefused
    /// The phone and the merchant named different amounts.
    case amountMismatch
    /// The merchant named no amount, although the destination requires one or the phone named one.
    case amountRequired
    /// No adapter of the destination accepted the request in time.
    case destinationUnavailable
    /// The adapter reports that it did not send the request to the destination.
    case notSent
    /// The phone or the device canceled before anything was sent.
    case canceled
}
