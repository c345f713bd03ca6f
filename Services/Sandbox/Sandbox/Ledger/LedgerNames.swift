import RelayDomain

/// What identifiers name in the sandbox alone; each case-less type marks one kind.
enum LedgerKind {
    enum Transaction: Sendable {}
    enum Member: Sendable {}
}

/// Whatever the sender calls a transaction. The relay's IDs fit; a POS program's own do too.
typealias LedgerTransactionID = Identifier<LedgerKind.Transaction>

/// A membership ID as the sandbox gives them out. Seen at the edge alone.
typealias MemberID = Identifier<LedgerKind.Member>

/// One membership in one loyalty program. The member's ID itself is never kept.
struct AccountKey: Hashable, Sendable {
    let member: KeyedDigest
    let program: ProgramID
}

/// What an authorization charges or credits.
enum Instrument: Hashable, Sendable {
    case code(KeyedDigest)
    case member(AccountKey)
}

/// Why the sandbox says no. Which of them consume a code: docs/sandbox.md.
enum DeclineReason: String, Sendable, CaseIterable {
    case unknownCode, codeUsed, codeExpired, insufficientFunds
    case unknownMember, insufficientPoints
    case operationMismatch, invalidAmount, amountTooLarge, tooLate
    case killed, customerRefused
    case notPermitted, limitExceeded, suspectedFraud
}

/// Why the sandbox does not take an approval back.
enum RefusalOfReversal: String, Sendable {
    /// Ordered by a fault.
    case alreadySettled
    /// An account or a total would leave the range of its number.
    case amountTooLarge
}
