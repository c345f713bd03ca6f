import RelayDomain
import Testing

@testable import Chaos

@Suite(.timeLimit(.minutes(2))) struct ReportTests {
    @Test func theLastLineIsTheSum() {
        var report = ChaosReport()
        report.faults = [.kill: 17, .cut: 3]
        report.journal = [
            JournalRow(
                id: "t-1", key: "k-1", isScan: false, isPaired: false, state: "ended", outcome: "approved",
                minorUnits: 1, marks: [],
                events: [
                    .init(at: 1_000, kind: "unknown", detail: ""), .init(at: 4_500, kind: "concluded", detail: ""),
                ])
        ]
        #expect(report.isGood)
        #expect(report.text.last == "chaos: 17 kills, 1 transactions, lost 0, doubled 0")
        #expect(report.text.contains("unknown     1 resolved, median 3.50 s, max 3.50 s"))
        report.findings = [Finding(kind: .lost, transaction: "t-2", what: "was told of, and is in no journal")]
        #expect(!report.isGood)
        #expect(report.text.last == "chaos: 17 kills, 1 transactions, lost 1, doubled 0")
    }

    @Test func whoeverIsDrownedIsNotGood() {
        var report = ChaosReport()
        report.floods = ["half heads": (times: 2, said: 480)]
        #expect(!report.isGood)
        report.outcomesAmidFloods = 1
        #expect(report.isGood)
        #expect(report.text.contains("floods      half heads (480 times said) 2"))
        #expect(report.text.contains("amid them   1 transactions had their outcome"))
    }

    @Test func aSurpriseIsNotGoodEither() {
        var report = ChaosReport()
        report.surprises = ["internalError": 1]
        #expect(!report.isGood)
    }
}
