import RelayDomain

/// What the sandbox says with a yes, as JSON. Its sums are read like any; what is none of them is no answer.
struct ApprovalBody: Codable {
    var approvalCode: String?
    var providerReference: String?
    var amount: AmountBody?
    var brand: String?
    var maskedAccount: String?
    var balance: AmountBody?
    var pointsEarned: AmountBody?
    var receiptLines: [String]?
    var displayLines: [String]?

    init(_ approval: Approval) {
        approvalCode = approval.approvalCode?.text
        providerReference = approval.providerReference?.text
        amount = approval.amount.map(AmountBody.init)
        brand = approval.brand?.text
        maskedAccount = approval.maskedAccount?.text
        balance = approval.balance.map(AmountBody.init)
        pointsEarned = approval.pointsEarned.map(AmountBody.init)
        receiptLines = approval.receiptLines.isEmpty ? nil : approval.receiptLines.map(\.text)
        displayLines = approval.displayLines.isEmpty ? nil : approval.displayLines.map(\.text)
    }

    var domain: Approval {
        func sum(_ body: AmountBody?) -> Amount? { try? body?.domain("amount") }
        return Approval(
            approvalCode: approvalCode, providerReference: providerReference, amount: sum(amount), brand: brand,
            maskedAccount: maskedAccount, balance: sum(balance), pointsEarned: sum(pointsEarned),
            receiptLines: receiptLines ?? [], displayLines: displayLines ?? [])
    }
}
