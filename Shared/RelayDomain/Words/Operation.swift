/// What a destination is asked to do.
public enum Operation: String, Hashable, Sendable, CaseIterable {
    /// Approve a payment.
    case payment
    /// Credit points to a membership.
    case accrue
    /// Debit points from a membership.
    case redeem

    /// Which kind of transaction information the operation takes.
    public var information: InformationKind { self == .payment ? .paymentCode : .membershipID }

    /// Whether its sums are of this unit: a payment counts money, what is done with a membership counts points.
    public func counts(_ unit: Amount.Unit) -> Bool {
        switch (information, unit) {
        case (.paymentCode, .currency), (.membershipID, .points): true
        case (.paymentCode, .points), (.membershipID, .currency): false
        }
    }
}

extension Operation {
    /// Whether a sum can be what this operation is about: none, or one of a unit that it counts. A payment is of
    /// something.
    /// - Parameter zeroPayments: whether the destination means a payment of 0.
    public func allows(_ amount: Amount?, zeroPayments: Bool = false) -> Bool {
        guard let amount else { return true }
        return counts(amount.unit) && (self != .payment || zeroPayments || amount.minorUnits > 0)
    }
}

/// The two kinds of transaction information.
public enum InformationKind: String, Hashable, Sendable {
    /// Stands for money, works once.
    case paymentCode
    /// Names a customer, works always.
    case membershipID
}
