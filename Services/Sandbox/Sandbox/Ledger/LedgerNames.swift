import RelayDomain

/// What identifiers name in the sandbox alone; each case-less type marks one kind.
package enum LedgerKind {
    package enum Transaction: Sendable {}
    package enum Member: Sendable {}
}

/// Whatever the sender calls a transaction. The relay's IDs fit; a POS program's own do too.
package typealias LedgerTransactionID = Identifier<LedgerKind.Transaction>

/// A membership ID as the sandbox gives them out. Seen at the edge alone.
typealias MemberID = Identifier<LedgerKind.Member>

/// One membership in one loyalty program. The member's ID itself is never kept.
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

/// Why the sandbox says no. Which of them consume a code: docs/sandbox.md.
package enum DeclineReason: String, Sendable, CaseIterable {
    case unknownCode, codeUsed, codeExpired, insufficientFunds
    case unknownMember, insufficientPoints
    case operationMismatch, invalidAmount, amountTooLarge, tooLate
    case killed, customerRefused
    case notPermitted, limitExceeded, suspectedFraud

    /// What cashier and customer may read of it; nil where the word says it all.
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

/// Why the sandbox does not take an approval back.
package enum RefusalOfReversal: String, Sendable {
    /// Ordered by a fault.
    case alreadySettled
    /// An account or a total would leave the range of its number.
    case amountTooLarge
}
