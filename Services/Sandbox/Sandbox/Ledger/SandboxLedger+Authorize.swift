import RelayDomain

extension SandboxLedger {
    /// Decides once per transaction; a repeat is answered from the ledger.
    mutating func authorize(
        _ order: AuthorizationOrder, now: Instant, random: inout some RandomNumberGenerator
    ) -> LedgerAnswer {
        if let known = transactions[order.transaction] {
            if let first = known.order, !order.asksTheSame(as: first) { return .contradiction }
            return .decision(known.decision, repeated: true)
        }
        let standing = decide(order, now: now, random: &random)
        let decided = LedgerTransaction(reference: order.reference, order: order, standing: standing, since: now)
        transactions[order.transaction] = decided
        // The sender gets no answer; the ledger has the entry.
        let isHidden = order.fault?.effect == .unknownButBooked
        return .decision(isHidden ? .unknown : decided.decision, repeated: false)
    }

    /// Returns the state of a transaction; a customer who was asked may have decided meanwhile.
    mutating func inquire(
        _ transaction: LedgerTransactionID, now: Instant, random: inout some RandomNumberGenerator
    ) -> LedgerFinding {
        guard let known = transactions[transaction] else { return .notFound }
        if let accepts = known.order?.fault?.customerAccepts, now - known.since >= SandboxFault.customerThinks {
            customerAnswered(transaction, accepts: accepts, now: now, random: &random)
        }
        return transactions[transaction]?.finding ?? .notFound
    }

    /// The customer's decision. It counts only for a pending transaction.
    mutating func customerAnswered(
        _ transaction: LedgerTransactionID, accepts: Bool, now: Instant, random: inout some RandomNumberGenerator
    ) {
        guard var known = transactions[transaction], known.standing == .pendingCustomer, let order = known.order
        else { return }
        known.standing = accepts ? book(order, now: now, random: &random) : .declined(.customerRefused)
        transactions[transaction] = known
    }

    private mutating func decide(
        _ order: AuthorizationOrder, now: Instant, random: inout some RandomNumberGenerator
    ) -> LedgerTransaction.Standing {
        if let notAfter = order.notAfter, now >= notAfter { return .declined(.tooLate) }
        guard order.amount.minorUnits > 0 else { return .declined(.invalidAmount) }
        guard order.isCoherent else { return .declined(.operationMismatch) }
        if let reason = present(order, now: now) { return .declined(reason) }
        switch order.fault?.effect {
        case .declines(let reason): return .declined(reason)
        case .asksCustomer, .customerAccepts, .customerRefuses: return .pendingCustomer
        case .unknownForEver: return .unknown
        case nil, .slow, .lost, .silent, .underWay, .answersTwice, .unknownButBooked, .refusesReversal,
            .doubtsReversalTwice, .unclosable, .reversesSilently:
            return book(order, now: now, random: &random)
        }
    }

    /// Checks the code, which uses it up in any case, or looks up the account.
    /// - Returns: why it cannot be used; nil if it can.
    private mutating func present(_ order: AuthorizationOrder, now: Instant) -> DeclineReason? {
        switch order.instrument {
        case .member(let key):
            return accounts[key] == nil ? .unknownMember : nil
        case .code(let digest):
            guard var code = codes[digest] else { return .unknownCode }
            guard code.usedBy == nil else { return .codeUsed }
            code.usedBy = order.transaction
            codes[digest] = code
            return now.isBefore(limit: code.terms.expiresAt) ? nil : .codeExpired
        }
    }
}
