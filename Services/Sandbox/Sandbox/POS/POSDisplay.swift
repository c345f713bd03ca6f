import RelayDomain

/// The cashier's display, one line at a time. It never shows a whole code or membership ID.
struct POSDisplay: Sendable {
    let show: @Sendable (String) -> Void

    func sale(_ sale: POSSale?) {
        show(sale.map { "sale \($0.number): \($0.amount)" } ?? "no sale is open")
    }

    /// - Parameter request: what was just sent to the destination.
    func asking(_ request: POSLineRequest) {
        let masked = request.text.utf8.count > 8 ? "•••• \(request.text.suffix(2))" : "••••"
        show("\(request.receipt): \(request.operation.rawValue) \(request.amount), \(masked): asking the destination")
    }

    func ended(_ sent: POSCore.Sent, _ end: POSLineEnd) {
        switch end {
        case .answered(.approved(let approval)):
            let code = approval.approvalCode.map { " \($0)" } ?? ""
            show("\(sent.receipt): APPROVED\(code), \(sent.sale.number)")
            for line in approval.receiptLines { show("  \(line)") }
        case .answered(.declined(let reason, let text)):
            let why = text.flatMap { DisplayText(cleaning: $0)?.text }.map { " (\($0))" } ?? ""
            show("\(sent.receipt): DECLINED \(reason)\(why), \(sent.sale.number) stays open")
        case .inDoubt:
            show(
                "\(sent.receipt): NO ANSWER. \(sent.sale.number) is set aside: ask the provider before charging it again"
            )
        }
    }

    func refused(_ refusal: POSRefusal) { show("not now: \(refusal.sentence)") }

    func notUnderstood(_ mistake: CashierMistake) { show(mistake.sentence) }
}
