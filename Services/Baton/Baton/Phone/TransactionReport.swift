import Foundation
import JSONText
import RelayDomain
import StatusJSON

/// A transaction's status as the relay sends it. This program may be older than the relay: unknown words are shown as
/// they came.
struct TransactionReport: Codable, Sendable {
    let id: String
    let state: String
    let outcome: Ended?
    let sent: String
    let deviceReason: String?
    /// The destination's text for cashier and customer.
    let sentence: String?
    let reconcile: [String]?
    let cancelRequested: Bool?
    let amount: ReportedAmount?
    let hopStamps: [Stamp]

    private enum CodingKeys: String, CodingKey {
        case id, state, outcome, sent, deviceReason, sentence = "text", reconcile, cancelRequested, amount
        case hopStamps
    }

    struct Ended: Codable, Sendable {
        let kind: String
        let reason: String?
        /// What the destination says to cashier and customer with a decline.
        let text: String?
        let approval: ReportedApproval?
    }

    /// What one hop did, and when.
    struct Stamp: Sendable {
        let hop: String
        let act: String
        /// Since 1970; nil if the time could not be read.
        let milliseconds: Int64?
    }

    /// How many marks are shown of an ingress's answer, which may be another program's.
    private static let marksMax = 16

    /// The outcome with its amount, or the transaction's state.
    var verdict: String {
        guard let outcome else {
            let place = state == "unknown" ? "not known yet (sent: \(sent.shown))" : "still \(state.shown)"
            return cancelRequested == true ? place + ", cancel requested" : place
        }
        switch outcome.kind {
        case "handedOver":
            return sent == "yes" ? "handed over to the POS" : "perhaps handed over to the POS: look there"
        default:
            let sum = amount.map { " \($0.text)" } ?? ""
            let why = [outcome.reason, deviceReason].compactMap { $0.map { " (\($0.shown))" } }.joined()
            return outcome.kind.shown + sum + why + ((outcome.text ?? sentence).map { ": \($0.shown)" } ?? "")
        }
    }

    /// The outcome, then the path, over several lines.
    var text: String {
        let marks = (reconcile ?? []).prefix(Self.marksMax).map { "\n  a person has to look at it: \($0.shown)" }
            .joined()
        let said = (outcome?.approval?.lines ?? []) + path
        return "\(id.shown)  \(verdict)\(marks)" + said.map { "\n  \($0)" }.joined()
    }

    /// 0 approved, 2 declined, 3 no final result is known here, 1 failed or reversed.
    var exitCode: Int32 {
        switch outcome?.kind {
        case "approved": 0
        case "declined": 2
        case "failed", "reversed": 1
        default: 3
        }
    }

    /// Each hop with its time since the first one, one line each. The order is the path's; each time is the hop's own
    /// estimate of relay time, so they may be out of order by a few milliseconds.
    var path: [String] {
        guard let first = hopStamps.compactMap(\.milliseconds).min() else { return [] }
        return hopStamps.prefix(Transaction.hopStampsMax).map { stamp in
            let since = stamp.milliseconds.map { "\($0 - first) ms" } ?? "?"
            return Self.padded(since, 8, toTheRight: true) + "  " + Self.padded(stamp.hop.shown, 12) + stamp.act.shown
        }
    }

    private static func padded(_ text: String, _ width: Int, toTheRight: Bool = false) -> String {
        let space = String(repeating: " ", count: max(0, width - text.count))
        return toTheRight ? space + text : text + space
    }
}

extension TransactionReport {
    /// The report of a status that came over the bus, as a phone would read it.
    /// - Throws: `DecodingError`, if this version cannot read what it writes itself.
    init(_ status: TransactionStatus) throws { self = try StrictJSON.decode(TransactionReport.self, from: status.json) }
}

extension TransactionReport.Stamp: Codable {
    private enum Key: String, CodingKey { case hop, act, at }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(hop, forKey: .hop)
        try values.encode(act, forKey: .act)
        try values.encodeIfPresent(milliseconds.map(RFC3339.text(milliseconds:)), forKey: .at)
    }

    /// Reads `at` as RFC 3339, with or without a fraction.
    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        hop = try values.decode(String.self, forKey: .hop)
        act = try values.decode(String.self, forKey: .act)
        let text = try values.decode(String.self, forKey: .at)
        milliseconds = RFC3339.milliseconds(text)
    }
}

extension String {
    /// A text of another program, safe to show: one line, not too long, without characters that control a terminal.
    var shown: String { count > 400 ? prefix(400).plain + "…" : plain }
}
