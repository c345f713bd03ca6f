// Generated from docs/errors.yaml by `make generate`: change it there.

/// Why a transaction failed before anything reached the destination.
public enum FailureReason: String, Hashable, Sendable, CaseIterable {
    /// The device did not take the command in time.
    case noAcknowledgement
    /// The terminal took the command but asked for nothing in time, or not before the code expired.
    case noSubmission
    /// The device refused the command; the reason stands beside it.
    case deviceRefused
    /// Phone and merchant named different sums.
    case amountMismatch
    /// Nobody at the counter named a sum: the destination wants one, or the phone alone named one.
    case amountRequired
    /// No adapter of the destination took the request in time.
    case destinationUnavailable
    /// The adapter says that it did not ask the destination.
    case notSent
    /// The phone or the device wanted no more of it, in time.
    case canceled
}
