import RelayDomain

extension SandboxLedger {
    /// Moves the money or the points, or returns why not; then nothing has moved.
    mutating func book(
        _ order: AuthorizationOrder, now: Instant, random: inout some RandomNumberGenerator
    ) -> LedgerTransaction.Standing {
        var total = totals[order.amount.unit] ?? Total()
        let (booked, overflows) = total.booked.addingReportingOverflow(order.amount.minorUnits)
        guard !overflows else { return .declined(.amountTooLarge) }
        if let reason = charge(order) { return .declined(reason) }
        total.booked = booked
        total.bookings += 1
        totals[order.amount.unit] = total
        post(.booking, order.transaction, order.reference, order, now: now)
        let letters = Array("ABCDEFGHJKLMNPQRSTUVWXYZ23456789")
        let code = (0..<6).map { _ in letters[Int.random(in: letters.indices, using: &random)] }
        var balance: Int64?
        if case .member(let key) = order.instrument { balance = accounts[key]?.points }
        return .approved(LedgerTransaction.Booking(approvalCode: String(code), balance: balance))
    }

    private mutating func charge(_ order: AuthorizationOrder) -> DeclineReason? {
        switch order.instrument {
        case .code(let digest):
            guard let limit = codes[digest]?.terms.limit else { return nil }
            let isCovered = limit.unit == order.amount.unit && order.amount.minorUnits <= limit.minorUnits
            return isCovered ? nil : .insufficientFunds
        case .member(let key):
            guard let account = accounts[key] else { return .unknownMember }
            if order.operation == .redeem, account.points < order.amount.minorUnits { return .insufficientPoints }
            return move(order.operation == .redeem ? -order.amount.minorUnits : order.amount.minorUnits, to: key)
                ? nil : .amountTooLarge
        }
    }

    /// Reverses a transaction. An ID that was never seen is blocked: an authorization that still comes is declined.
    mutating func reverse(_ transaction: LedgerTransactionID, _ reference: RetrievalReferenceNumber, now: Instant)
        -> LedgerAnswer
    {
        guard var known = transactions[transaction] else {
            transactions[transaction] = LedgerTransaction(
                reference: reference, order: nil, standing: .killed, since: now)
            post(.kill, transaction, reference, nil, now: now)
            return .reversal(.confirmed, .atOnce)
        }
        guard known.reference == reference else { return .contradiction }
        switch known.standing {
        case .declined, .killed, .reversed:
            return .reversal(.confirmed, .atOnce)
        case .pendingCustomer, .unknown:
            known.standing = .killed
            transactions[transaction] = known
            post(.kill, transaction, reference, known.order, now: now)
            return .reversal(.confirmed, .atOnce)
        case .approved:
            known.reversals += 1
            let answer = takeBack(&known, transaction, now: now)
            transactions[transaction] = known
            let isSilent = known.order?.fault?.effect == .reversesSilently
            return .reversal(answer, isSilent ? .never : .atOnce)
        }
    }

    private mutating func takeBack(
        _ known: inout LedgerTransaction, _ transaction: LedgerTransactionID, now: Instant
    ) -> ReversalFinding {
        guard let order = known.order else { preconditionFailure("only an order can have been booked") }
        if let answer = order.fault?.answerToReversal(attempt: known.reversals) { return answer }
        var total = totals[order.amount.unit] ?? Total()
        let (reversed, overflows) = total.reversed.addingReportingOverflow(order.amount.minorUnits)
        guard !overflows else { return .refused(.amountTooLarge) }
        if case .member(let key) = order.instrument {
            let back = order.operation == .redeem ? order.amount.minorUnits : -order.amount.minorUnits
            guard move(back, to: key) else { return .refused(.amountTooLarge) }
        }
        total.reversed = reversed
        total.reversals += 1
        totals[order.amount.unit] = total
        known.standing = .reversed
        post(.reversal, transaction, known.reference, order, now: now)
        return .confirmed
    }

    /// - Returns: false, and nothing has moved, if the account's number would overflow.
    private mutating func move(_ points: Int64, to key: AccountKey) -> Bool {
        guard var account = accounts[key] else { return false }
        let (sum, overflows) = account.points.addingReportingOverflow(points)
        guard !overflows else { return false }
        account.points = sum
        accounts[key] = account
        return true
    }
}
