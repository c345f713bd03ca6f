import RelayDomain

/// The kinds of identifiers that only the sandbox has; each case-less type marks one kind.
package enum LedgerKind {
    package enum Transaction: Sendable {}
    package enum Member: Sendable {}
}

/// The sender's ID of a transaction: the relay's, or a POS program's own.
package typealias LedgerTransactionID = Identifier<LedgerKind.Transaction>

/// A membership ID as the sandbox issues it. Used only at the edge.
typealias MemberID = Identifier<LedgerKind.Member>

/// One membership in one loyalty program. The member's ID itself is never stored.
package struct AccountKey: Hashable, Sendable {
    let member: KeyedDigest
    let program: ProgramID

    package init(member: KeyedDigest, program: ProgramID) {
        self.member = member
        self.program = program
    }
}

/// What an authorization charges or credits.
package enum Instrument: Hashable, Sendable {
    case code(KeyedDigest)
    case member(AccountKey)
}

/// Why the sandbox declines. docs/sandbox.md says which of them use up a code.
package enum DeclineReason: String, Sendable, CaseIterable {
    case unknownCode, codeUsed, codeExpired, insufficientFunds
    case unknownMember, insufficientPoints
    case operationMismatch, invalidAmount, amountTooLarge, tooLate
    case killed, customerRefused
    case notPermitted, limitExceeded, suspectedFraud

    /// The text for cashier and customer; nil if there is none.
    var text: String? {
        switch self {
        case .insufficientFunds: "There is not enough money for this."
        case .insufficientPoints: "There are not enough points for this."
        case .limitExceeded: "This is more than may be spent today."
        case .codeUsed: "This code was used before. Show a new one."
        case .codeExpired: "This code is too old. Show a new one."
        case .unknownCode, .unknownMember, .operationMismatch, .invalidAmount, .amountTooLarge, .tooLate, .killed,
            .customerRefused, .notPermitted, .suspectedFraud:
            nil
        }
    }
}

/// Why the sandbox refuses a reversal.
package enum RefusalOfReversal: String, Sendable {
    /// Caused by a fault on request.
    case alreadySettled
    /// An account or a total would leave the range of its number.
    case amountTooLarge
}
