import RelayDomain

/// The results of a run.
struct ChaosReport: Sendable {
    var faults: [Fault.Kind: Int] = [:]
    var skipped: [String: Int] = [:]
    /// How often each kind of strangers has come, and how many messages they have sent.
    var floods: [String: (times: Int, said: Int)] = [:]
    /// The number of transactions whose outcome was first told during a flood.
    var outcomesAmidFloods = 0
    /// Ends of processes that the harness did not cause.
    var ownEnds: [String: Int] = [:]
    var journal: [JournalRow] = []
    var findings: [Finding] = []
    /// Refusals that the relay should never have given.
    var surprises: [String: Int] = [:]
    var answers: [String: Int] = [:]
    var takeovers: [Duration] = []
    /// The time from the moment at which all faults had stopped and all processes ran again, to the last event of the
    /// journal; nil: not all transactions became final.
    var settledAfter: Duration?

    /// Whether the run has no finding and no surprise.
    var isGood: Bool { findings.isEmpty && surprises.isEmpty && !isDrowned }

    /// Whether no transaction got its outcome during floods.
    private var isDrowned: Bool { !floods.isEmpty && outcomesAmidFloods == 0 }

    func count(_ kind: Finding.Kind) -> Int { findings.count { $0.kind == kind } }

    /// The report, line by line; the last line sums it up.
    var text: [String] {
        var lines = ["faults      " + Self.list(faults.map { ($0.key.rawValue, $0.value) })]
        if !floods.isEmpty {
            let said = floods.map { ("\($0.key) (\($0.value.said) times said)", $0.value.times) }
            lines.append("floods      " + Self.list(said))
            lines.append("amid them   \(outcomesAmidFloods) transactions had their outcome")
        }
        if !skipped.isEmpty { lines.append("skipped     " + Self.list(skipped)) }
        lines.append("answers     " + Self.list(answers))
        lines.append("outcomes    " + Self.list(outcomes))
        lines.append("marks       " + Self.list(marks))
        let unknowns = journal.compactMap(\.unknownFor)
        lines.append("unknown     \(unknowns.count) resolved\(Self.spread(unknowns))")
        lines.append("takeovers   \(takeovers.count)\(Self.spread(takeovers))")
        if !ownEnds.isEmpty { lines.append("own ends    " + Self.list(ownEnds)) }
        if !surprises.isEmpty { lines.append("surprises   " + Self.list(surprises)) }
        lines.append(
            "settled     " + (settledAfter.map { "\(Self.seconds($0)) after the last fault" } ?? "not all was decided"))
        for finding in findings.prefix(Self.findingsMax) {
            lines.append("\(finding.kind.rawValue)  \(finding.transaction) \(finding.what)")
        }
        if findings.count > Self.findingsMax { lines.append("… and \(findings.count - Self.findingsMax) more") }
        lines.append(
            "chaos: \(faults[.kill] ?? 0) kills, \(journal.count) transactions, lost \(count(.lost)), "
                + "doubled \(count(.doubled))")
        return lines
    }

    static let findingsMax = 20

    private var outcomes: [String: Int] {
        Dictionary(journal.map { ($0.outcome ?? $0.state, 1) }, uniquingKeysWith: +)
    }

    private var marks: [String: Int] {
        Dictionary(journal.flatMap(\.marks).map { ($0, 1) }, uniquingKeysWith: +)
    }

    private static func list(_ counts: [String: Int]) -> String { list(counts.map { ($0.key, $0.value) }) }

    /// The most frequent first.
    private static func list(_ counts: [(String, Int)]) -> String {
        let sorted = counts.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
        return sorted.isEmpty ? "none" : sorted.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }

    private static func spread(_ spans: [Duration]) -> String {
        let sorted = spans.sorted()
        guard let most = sorted.last else { return "" }
        return ", median \(seconds(sorted[sorted.count / 2])), max \(seconds(most))"
    }

    private static func seconds(_ span: Duration) -> String {
        let hundredths = span.milliseconds / 10
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) s"
    }
}
