import RelayDomain

/// What came with an approval, as phones read it in JSON, and as it is shown to a person.
struct ReportedApproval: Codable, Sendable {
    let approvalCode: String?
    let providerReference: String?
    let amount: ReportedAmount?
    let brand: String?
    let maskedAccount: String?
    let balance: ReportedAmount?
    let pointsEarned: ReportedAmount?
    let receiptLines: [String]?
    let displayLines: [String]?

    /// What there is of it, one line each.
    var lines: [String] {
        let facts: [(String, String?)] = [
            ("approval code", approvalCode), ("reference", providerReference), ("approved", amount?.text),
            ("brand", brand), ("account", maskedAccount), ("balance", balance?.text),
            ("points earned", pointsEarned?.text),
        ]
        return facts.compactMap { name, text in text.map { "\(name): \($0.shown)" } }
            + (displayLines ?? []).prefix(Approval.displayLinesMax).map { "display: \($0.shown)" }
            + (receiptLines ?? []).prefix(Approval.receiptLinesMax).map { "receipt: \($0.shown)" }
    }
}
