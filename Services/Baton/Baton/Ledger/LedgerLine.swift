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
        posText = transaction.evidence?.sighting.text?.text
        posCheck = transaction.evidence?.amount.rawValue
        state = status.state.rawValue
        // An outcome's text is its kind, and its reason behind a space.
        let words = transaction.outcome.map { "\($0)".split(separator: " ", maxSplits: 1).map(String.init) } ?? []
        outcome = words.first
        reason =
            [words.dropFirst().first, transaction.deviceReason?.text].compactMap(\.self).joined(separator: " ")
            .nilIfEmpty
        sent = status.sent.rawValue
        reconcile = status.reconciliation.map(\.rawValue)
    }
}

extension LedgerLine {
    /// The first line of a table.
    static let csvHeader = csv([
        "transaction", "reference", "site", "shop", "acceptedAt", "concludedAt", "terminal", "pos", "application",
        "destination", "operation", "minorUnits", "unit", "sumBy", "posEvidence", "posText", "posCheck", "state",
        "outcome", "reason", "sent", "reconcile",
    ])

    /// A record of RFC 4180.
    var csv: String {
        Self.csv([
            transaction, reference ?? "", site ?? "", shop ?? "", acceptedAt, concludedAt ?? "", terminal, pos ?? "",
            application, destination, operation, minorUnits.map { "\($0)" } ?? "", unit ?? "", sumBy ?? "",
            posEvidence ?? "", posText ?? "", posCheck ?? "", state, outcome ?? "", reason ?? "", sent,
            reconcile.joined(separator: " "),
        ])
    }

    /// Quotes what needs it; a record ends with CR LF. What a spreadsheet would calculate (`=`, `+`, `-`, `@`) gets an
    /// apostrophe before it: names and receipts come from others.
    static func csv(_ fields: [String]) -> String {
        fields.map { field in
            let field =
                field.unicodeScalars.first.map { "=+-@\t".unicodeScalars.contains($0) } ?? false ? "'" + field : field
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
