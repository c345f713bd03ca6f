import Foundation

/// Everything about one transaction, for the analysis of a finding.
struct Story: Sendable {
    private static let logLinesMax = 60

    let transaction: String
    let evidence: WitnessEvidence
    /// The folder of the logs.
    let logs: String

    var text: [String] {
        var lines = ["-- \(transaction)"]
        if let row = evidence.journal.first(where: { $0.id == transaction }) {
            lines.append(
                "   key \(row.key), \(row.isPaired ? "POS" : "terminal"), \(row.state) \(row.outcome ?? ""), "
                    + "sum \(row.minorUnits.map(String.init) ?? "none"), marks \(row.marks)")
            lines += row.events.map { "   journal  \($0.at) \($0.kind) \($0.detail)" }
            let who = evidence.whoAtPOS[row.key]
            lines += evidence.ledger.filter { $0.transaction == transaction || (who != nil && $0.who == who) }.map {
                "   ledger   \($0.at) \($0.kind.rawValue) \($0.transaction) \($0.who ?? "") "
                    + ($0.amount.map { "\($0.minorUnits)" } ?? "")
            }
            if let points = evidence.pointsAtPOS[row.key] { lines.append("   points   moved by \(points)") }
        } else {
            lines += evidence.ledger.filter { $0.transaction == transaction }.map { "   ledger   \($0)" }
        }
        if let seen = evidence.seen[transaction] { lines.append("   told     \(seen.outcome ?? "no outcome")") }
        return lines + logLines
    }

    private var logLines: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: logs)) ?? []
        var lines: [String] = []
        for name in names.sorted() {
            guard let text = try? String(contentsOfFile: "\(logs)/\(name)", encoding: .utf8) else { continue }
            for line in text.split(separator: "\n") where line.contains(transaction) {
                lines.append("   \(name)  \(line)")
            }
        }
        return Array(lines.prefix(Self.logLinesMax))
    }
}
