import DeviceLink
import Foundation
import RelayDomain
import Testing

@testable import RelayTerminal

@Suite(.timeLimit(.minutes(2))) struct TerminalDisplayTests {
    /// Whoever reads that it is being taken back waits for it.
    @Test func aRefusedReversalIsNotBeingTakenBack() {
        let refused = TerminalDisplay.outcome(status(1, nil, .reversing, marks: [.reversalRefused])).text
        #expect(refused.hasPrefix("NOT TAKEN BACK. The result is not known yet. Do not try again. (trans"))
        let reversing = TerminalDisplay.outcome(status(1, nil, .reversing)).text
        #expect(reversing.hasPrefix("BEING TAKEN BACK: do not try again until it is (transaction "))
    }

    @Test(arguments: [(0, "just now"), (119, "just now"), (180, "3 min ago"), (3 * 3_600 + 5, "3 h ago")])
    func anEarlierScanIsKnownByItsSumAndTime(seconds: Int, time: String) {
        let scan = ScanRecord(SubmissionKeyText("s1")!, amount: euros(1250), at: TerminalWorld().relayTime)
        let text = TerminalDisplay.earlierScan(scan, ago: .seconds(seconds), nil).text
        #expect(text == "scan of \(euros(1250)), \(time): asking what came of it")
    }

    /// The merchant sees what is booked.
    @Test(
        arguments: [
            (nil, "APPROVED 12.50 EUR (tr"), (euros(1250), "APPROVED 12.50 EUR (tr"),
            (euros(1000), "APPROVED 10.00 EUR INSTEAD OF 12.50 EUR (tr"),
        ] as [(Amount?, String)])
    func anotherSumThanTheOneAskedForIsShown(approved: Amount?, line: String) {
        let asked = status(1, .approved(Approval(amount: approved)))
        let shown = TransactionStatus(
            id: asked.id, state: .ended, outcome: asked.outcome, sent: .yes, hopStamps: [], reconciliation: [],
            deviceReason: nil, amount: euros(1250), version: 1)
        #expect(TerminalDisplay.outcome(shown).text.hasPrefix(line))
    }

    @Test func marksStandBesideTheOutcome() {
        let handedOver = status(1, .handedOver(.maybe), marks: [.contradictingAnswer, .handedOverMaybe])
        #expect(
            TerminalDisplay.outcome(handedOver).text.hasPrefix(
                "HANDED OVER, NOT CERTAIN. The outcome does not change. Tell the shop's accounting. "
                    + "Check the POS before doing anything else. (transaction "))
    }

    @Test(arguments: ReconciliationReason.allCases)
    func aMarkReadsAsTheErrorCatalogueHasIt(mark: ReconciliationReason) throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/errors.md")
        let rows = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
            .filter { $0.hasPrefix("| `\(mark.rawValue)` |") }
        #expect(rows.contains { $0.contains("| \(mark.sentence) |") })
    }
}
