import Foundation
import RelayDomain
import ServiceRuntime

/// One transaction as an accountant reads it. No key, code, digest, member or customer stands in it.
struct LedgerLine: Encodable {
    let transaction: String
    let reference: String?
    let acceptedAt: String
    let concludedAt: String?
    let terminal: String
    let pos: String?
    let application: String
    let destination: String
    let operation: String
    let minorUnits: Int64?
    let unit: String?
    let state: String
    let outcome: String?
    let reason: String?
    let sent: String
    let reconcile: [String]

    init(_ transaction: Transaction) {
        let status = transaction.status
        self.transaction = transaction.id.text
        reference = transaction.reference?.text
        acceptedAt = "\(Timestamp(milliseconds: transaction.acceptedOn.milliseconds))"
        concludedAt = status.receipts.last { $0.hop == .router && $0.act == .concluded }
            .map { "\(Timestamp(milliseconds: $0.at.milliseconds))" }
        terminal = transaction.terminal.text
        pos = transaction.pos?.text
        application = transaction.application.text
        destination = transaction.destination.text
        operation = transaction.operation.rawValue
        // What the merchant settled; until then what the phone named.
        let amount = transaction.amount ?? transaction.phoneAmount
        minorUnits = amount?.minorUnits
        unit = amount.map { "\($0.unit)" }
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
        "transaction", "reference", "acceptedAt", "concludedAt", "terminal", "pos", "application", "destination",
        "operation", "minorUnits", "unit", "state", "outcome", "reason", "sent", "reconcile",
    ])

    /// A record of RFC 4180.
    var csv: String {
        Self.csv([
            transaction, reference ?? "", acceptedAt, concludedAt ?? "", terminal, pos ?? "", application, destination,
            operation, minorUnits.map { "\($0)" } ?? "", unit ?? "", state, outcome ?? "", reason ?? "", sent,
            reconcile.joined(separator: " "),
        ])
    }

    /// Quotes what needs it; a record ends with CR LF.
    static func csv(_ fields: [String]) -> String {
        fields.map { field in
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

extension String {
    fileprivate var nilIfEmpty: String? { isEmpty ? nil : self }
}
