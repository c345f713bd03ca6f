import RelayDomain

/// What the sandbox says with a yes, as JSON.
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

    /// What does not fit is left out, each field for itself: an approval counts, whatever comes with it.
    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        approvalCode = try? fields.decode(String.self, forKey: .approvalCode)
        providerReference = try? fields.decode(String.self, forKey: .providerReference)
        amount = try? fields.decode(AmountBody.self, forKey: .amount)
        brand = try? fields.decode(String.self, forKey: .brand)
        maskedAccount = try? fields.decode(String.self, forKey: .maskedAccount)
        balance = try? fields.decode(AmountBody.self, forKey: .balance)
        pointsEarned = try? fields.decode(AmountBody.self, forKey: .pointsEarned)
        receiptLines = try? fields.decode([String].self, forKey: .receiptLines)
        displayLines = try? fields.decode([String].self, forKey: .displayLines)
    }

    var domain: Approval {
        func sum(_ body: AmountBody?) -> Amount? { try? body?.domain("amount") }
        return Approval(
            approvalCode: approvalCode, providerReference: providerReference, amount: sum(amount), brand: brand,
            maskedAccount: maskedAccount, balance: sum(balance), pointsEarned: sum(pointsEarned),
            receiptLines: receiptLines ?? [], displayLines: displayLines ?? [])
    }
}
