import RelayDomain

/// A word of a closed set, as the log writes it.
///
/// **A number stays its word's for ever.** A new word gets the next free number of its kind; the number of a word that
/// is gone is given to no other. So a newer Baton reads every older log, and an older one says clearly that it meets a
/// number which it does not know.
protocol NumberedWord: CaseIterable {
    var number: UInt8 { get }
}

extension JournalEntry.Event.Kind: NumberedWord {
    var number: UInt8 {
        switch self {
        case .accepted: 0
        case .deviceReceived: 1
        case .authorizing: 2
        case .pendingCustomer: 3
        case .unknown: 4
        case .cancelRequested: 5
        case .reversing: 6
        case .answered: 7
        case .reopened: 8
        case .concluded: 9
        case .marked: 10
        case .evidence: 11
        case .reconciled: 12
        }
    }
}

extension RelayDomain.Operation: NumberedWord {
    var number: UInt8 {
        switch self {
        case .payment: 0
        case .accrue: 1
        case .redeem: 2
        }
    }
}

extension TransactionStatus.StateName: NumberedWord {
    var number: UInt8 {
        switch self {
        case .accepted: 0
        case .commanded: 1
        case .authorizing: 2
        case .pendingCustomer: 3
        case .unknown: 4
        case .reversing: 5
        case .ended: 6
        }
    }
}

extension FailureReason: NumberedWord {
    var number: UInt8 {
        switch self {
        case .noAcknowledgement: 0
        case .noSubmission: 1
        case .deviceRefused: 2
        case .amountMismatch: 3
        case .amountRequired: 4
        case .destinationUnavailable: 5
        case .notSent: 6
        case .canceled: 7
        }
    }
}

extension ReconciliationReason: NumberedWord {
    var number: UInt8 {
        switch self {
        case .handedOverMaybe: 0
        case .enteredOutOfTurn: 1
        case .contradictingAnswer: 2
        case .reversalRefused: 3
        case .restoredFromBackup: 4
        }
    }
}

extension Certainty: NumberedWord {
    var number: UInt8 {
        switch self {
        case .no: 0
        case .maybe: 1
        case .yes: 2
        }
    }
}

extension Canceler: NumberedWord {
    var number: UInt8 {
        switch self {
        case .phone: 0
        case .device: 1
        }
    }
}

extension Approval.Field: NumberedWord {
    var number: UInt8 {
        switch self {
        case .approvalCode: 0
        case .providerReference: 1
        case .amount: 2
        case .brand: 3
        case .maskedAccount: 4
        case .balance: 5
        case .pointsEarned: 6
        case .receiptLines: 7
        case .displayLines: 8
        }
    }
}

extension Evidence.Sighting.Kind: NumberedWord {
    var number: UInt8 {
        switch self {
        case .receiptNumber: 0
        case .windowClosed: 1
        case .textSeen: 2
        case .readBack: 3
        }
    }
}

extension Evidence.AmountCheck: NumberedWord {
    var number: UInt8 {
        switch self {
        case .checked: 0
        case .unchecked: 1
        }
    }
}

/// At most 15: it shares a number with the act (``TransactionBytes``).
extension Hop: NumberedWord {
    var number: UInt8 {
        switch self {
        case .phone: 0
        case .ingress: 1
        case .router: 2
        case .gateway: 3
        case .device: 4
        case .adapter: 5
        case .destination: 6
        }
    }
}

/// At most 31.
extension HopStamp.Act: NumberedWord {
    var number: UInt8 {
        switch self {
        case .received: 0
        case .accepted: 1
        case .commanded: 2
        case .acknowledged: 3
        case .submitted: 4
        case .entered: 5
        case .refused: 6
        case .uncertain: 7
        case .authorized: 8
        case .forwarded: 9
        case .answered: 10
        case .cancelRequested: 11
        case .inquired: 12
        case .reversalRequested: 13
        case .concluded: 14
        }
    }
}
