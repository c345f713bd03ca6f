import Foundation
import RelayDomain
import ServiceRuntime

/// One transaction as an accountant reads it. It contains no key, code, digest, member or customer.
struct LedgerLine: Encodable {
    let transaction: String
    let reference: String?
    /// Which relay it was, if the operator has named it (BATON_SITE).
    let site: String?
    let shop: String?
    let acceptedAt: String
    let concludedAt: String?
    let terminal: String
    let pos: String?
    let application: String
    let destination: String
    let operation: String
    let minorUnits: Int64?
    let unit: String?
    /// Who named the amount: `pos`, `merchant` or `phone`.
    let sumBy: String?
    /// What shows that the POS program has the code: `receiptNumber`, `windowClosed`, `textSeen` or `readBack`.
    let posEvidence: String?
    /// The POS program's own number for what it sent, or the text that was read off it.
    let posText: String?
    /// Whether the POS agent compared the sale's sum: `checked` or `unchecked`.
    let posCheck: String?
    let state: String
    let outcome: String?
    let reason: String?
    /// What the destination, or the POS, said with its outcome, and with an approval.
    let text: String?
    let approvalCode: String?
    let providerReference: String?
    let brand: String?
    let maskedAccount: String?
    let approvedMinorUnits: Int64?
    let approvedUnit: String?
    let balanceMinorUnits: Int64?
    let balanceUnit: String?
    let pointsEarned: Int64?
    let pointsEarnedUnit: String?
    let receiptLines: [String]
    let sent: String
    let reconcile: [String]

    /// - Parameter site: the operator's name for this relay.
    init(_ transaction: Transaction, site: String? = nil) {
        let status = transaction.status
        self.transaction = transaction.id.text
        reference = transaction.reference?.text
        self.site = site
        shop = transaction.shop?.text
        acceptedAt = "\(Timestamp(milliseconds: transaction.acceptedOn.milliseconds))"
        concludedAt = status.hopStamps.last { $0.hop == .router && $0.act == .concluded }
            .map { "\(Timestamp(milliseconds: $0.at.milliseconds))" }
        terminal = transaction.terminal.text
        pos = transaction.pos?.text
        application = transaction.application.text
        destination = transaction.destination.text
        operation = transaction.operation.rawValue
        let sum = transaction.ledgerSum
        minorUnits = sum?.amount.minorUnits
        unit = sum.map { "\($0.amount.unit)" }
        sumBy = sum?.by
        posEvidence = transaction.evidence?.sighting.kind.rawValue
        posText = transaction.evidence?.sighting.text?.text.plain
        posCheck = transaction.evidence?.amount.rawValue
        state = status.state.rawValue
        let kind = transaction.outcome?.kind
        outcome = kind?.word
        reason =
            [kind?.reason, transaction.deviceReason?.text].compactMap(\.self).joined(separator: " ").nilIfEmpty
        if case .declined(let reason) = transaction.outcome {
            text = reason.text?.text
        } else {
            text = transaction.text?.text
        }
        let approval = transaction.outcome?.approval
        approvalCode = approval?.approvalCode?.text
        providerReference = approval?.providerReference?.text
        brand = approval?.brand?.text
        maskedAccount = approval?.maskedAccount?.text
        approvedMinorUnits = approval?.amount?.minorUnits
        approvedUnit = approval?.amount.map { "\($0.unit)" }
        balanceMinorUnits = approval?.balance?.minorUnits
        balanceUnit = approval?.balance.map { "\($0.unit)" }
        pointsEarned = approval?.pointsEarned?.minorUnits
        pointsEarnedUnit = approval?.pointsEarned.map { "\($0.unit)" }
        receiptLines = approval?.receiptLines.map(\.text) ?? []
        sent = status.sent.rawValue
        reconcile = status.reconciliation.map(\.rawValue)
    }
}

extension LedgerLine {
    /// The first line of a table.
    static let csvHeader = csv([
        "transaction", "reference", "site", "shop", "acceptedAt", "concludedAt", "terminal", "pos", "application",
        "destination", "operation", "minorUnits", "unit", "sumBy", "posEvidence", "posText", "posCheck", "state",
        "outcome", "reason", "sent", "reconcile", "text", "approvalCode", "providerReference", "brand", "maskedAccount",
        "approvedMinorUnits", "approvedUnit", "balanceMinorUnits", "balanceUnit", "pointsEarned", "pointsEarnedUnit",
        "receiptLines",
    ])

    /// A record of RFC 4180.
    var csv: String {
        Self.csv([
            transaction, reference ?? "", site ?? "", shop ?? "", acceptedAt, concludedAt ?? "", terminal, pos ?? "",
            application, destination, operation, minorUnits.map { "\($0)" } ?? "", unit ?? "", sumBy ?? "",
            posEvidence ?? "", posText ?? "", posCheck ?? "", state, outcome ?? "", reason ?? "", sent,
            reconcile.joined(separator: " "), text ?? "", approvalCode ?? "", providerReference ?? "", brand ?? "",
            maskedAccount ?? "", approvedMinorUnits.map { "\($0)" } ?? "", approvedUnit ?? "",
            balanceMinorUnits.map { "\($0)" } ?? "", balanceUnit ?? "", pointsEarned.map { "\($0)" } ?? "",
            pointsEarnedUnit ?? "",
            receiptLines.joined(separator: " / "),
        ])
    }

    /// Quotes what needs it; a record ends with CR LF. What a spreadsheet would calculate (`=`, `+`, `-`, `@`) gets an
    /// apostrophe before it: names and receipts come from others.
    static func csv(_ fields: [String]) -> String {
        fields.map { field in
            let field =
                field.unicodeScalars.first.map { "=+-@\t\r\n".unicodeScalars.contains($0) } ?? false
                ? "'" + field : field
            guard field.utf8.contains(where: { [0x22, 0x2C, 0x0D, 0x0A].contains($0) }) else { return field }
            return "\"" + field.replacingOccurrences(of: "\"", with: "\"\"") + "\""
        }.joined(separator: ",") + "\r\n"
    }

    /// A line of JSON; what is not known is absent.
    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
    }
}

extension Transaction {
    /// The amount that is booked, as far as it is known, and who named it. A paired sale has the POS's; else the
    /// merchant's counts, and until there is one the phone's.
    fileprivate var ledgerSum: (amount: Amount, by: String)? {
        if let sum = evidence?.sum { return (sum, "pos") }
        if let sum = amount ?? merchantAmount { return (sum, "merchant") }
        return phoneAmount.map { ($0, "phone") }
    }
}

extension String {
    fileprivate var nilIfEmpty: String? { isEmpty ? nil : self }
}
