import RelayDomain

// What comes with a yes or a no. Whatever stands beside the word, the word counts: nothing here throws.

extension Approval {
    init(wire: Baton_V1_Approval) {
        var leftOut = Set(wire.leftOut.compactMap(Field.init))
        func amount(_ isThere: Bool, _ wire: Baton_V1_Amount, _ field: Field) -> Amount? {
            guard isThere else { return nil }
            let amount = try? Amount(wire: wire)
            if amount == nil { leftOut.insert(field) }
            return amount
        }
        let approved = amount(wire.hasAmount, wire.amount, .amount)
        let balance = amount(wire.hasBalance, wire.balance, .balance)
        let earned = amount(wire.hasPointsEarned, wire.pointsEarned, .pointsEarned)
        self.init(
            approvalCode: wire.approvalCode, providerReference: wire.providerReference, amount: approved,
            brand: wire.brand, maskedAccount: wire.maskedAccount, balance: balance, pointsEarned: earned,
            receiptLines: wire.receiptLines, displayLines: wire.displayLines, leftOut: leftOut)
    }

    var wire: Baton_V1_Approval {
        .with {
            $0.approvalCode = approvalCode?.text ?? ""
            $0.providerReference = providerReference?.text ?? ""
            if let amount { $0.amount = amount.wire }
            $0.brand = brand?.text ?? ""
            $0.maskedAccount = maskedAccount?.text ?? ""
            if let balance { $0.balance = balance.wire }
            if let pointsEarned { $0.pointsEarned = pointsEarned.wire }
            $0.receiptLines = receiptLines.map(\.text)
            $0.displayLines = displayLines.map(\.text)
            $0.leftOut = leftOut.map(\.rawValue).sorted()
        }
    }
}

extension StatedReason {
    init(wire: Baton_V1_Declined) { self.init(said: wire.reason, text: wire.text) }

    var wire: Baton_V1_Declined {
        .with {
            $0.reason = code.text
            $0.text = text?.text ?? ""
        }
    }
}
