import Testing

@testable import Chaos

/// What the examination must find, and what it must let pass.
@Suite(.timeLimit(.minutes(2))) struct ExaminationTests {
    private func row(
        _ id: String = "t-1", key: String = "k-1", outcome: String? = "approved", isPaired: Bool = false,
        marks: [String] = []
    ) -> JournalRow {
        JournalRow(
            id: id, key: key, isScan: false, isPaired: isPaired, state: outcome == nil ? "unknown" : "ended",
            outcome: outcome, minorUnits: 1_250, marks: marks, events: [])
    }

    private func entry(
        _ kind: LedgerWitnessEntry.Kind, _ transaction: String = "t-1", who: String = "code 00000001",
        sum: Int64 = 1_250
    ) -> LedgerWitnessEntry {
        LedgerWitnessEntry(
            sequence: 1, at: 1, kind: kind, transaction: transaction, who: who,
            amount: LedgerWitnessEntry.Sum(minorUnits: sum, currency: "EUR"))
    }

    private func kinds(_ evidence: WitnessEvidence) -> [Finding.Kind] { Examination(evidence).findings.map(\.kind) }

    @Test func anApprovalIsBookedOnceAndADeclineNever() {
        #expect(kinds(WitnessEvidence(journal: [row()], ledger: [entry(.booking)])).isEmpty)
        #expect(kinds(WitnessEvidence(journal: [row(outcome: "declined codeUsed")])).isEmpty)
        #expect(
            kinds(WitnessEvidence(journal: [row(outcome: "reversed")], ledger: [entry(.booking), entry(.reversal)]))
                .isEmpty)
        #expect(kinds(WitnessEvidence(journal: [row(outcome: "reversed")], ledger: [entry(.kill)])).isEmpty)
    }

    @Test func anApprovalWithoutABookingIsLost() {
        #expect(kinds(WitnessEvidence(journal: [row()])) == [.lost])
        #expect(kinds(WitnessEvidence(journal: [row()], ledger: [entry(.booking), entry(.reversal)])) == [.lost])
    }

    @Test(arguments: ["declined insufficientFunds", "failed noAcknowledgement", "reversed"])
    func aBookingWithoutAnApprovalIsDoubled(outcome: String) {
        #expect(kinds(WitnessEvidence(journal: [row(outcome: outcome)], ledger: [entry(.booking)])) == [.doubled])
    }

    @Test func twoBookingsAreDoubledEvenWithAMark() {
        let ledger = [entry(.booking), entry(.booking)]
        #expect(kinds(WitnessEvidence(journal: [row()], ledger: ledger)) == [.doubled])
        #expect(kinds(WitnessEvidence(journal: [row(marks: ["contradictingAnswer"])], ledger: ledger)) == [.doubled])
    }

    @Test func aMarkExcusesWhatNobodyCanTell() {
        let stuck = row(outcome: nil, marks: ["reversalRefused"])
        #expect(kinds(WitnessEvidence(journal: [stuck], ledger: [entry(.booking)])).isEmpty)
        #expect(kinds(WitnessEvidence(journal: [row(outcome: nil)])) == [.undecided])
    }

    @Test func anotherSumThanTheSettledOneIsStrange() {
        #expect(kinds(WitnessEvidence(journal: [row()], ledger: [entry(.booking, sum: 1)])) == [.strange])
    }

    @Test func whatSomebodyWasToldIsInTheJournalAndNeverChanges() {
        let ledger = [entry(.booking)]
        #expect(
            kinds(WitnessEvidence(journal: [], seen: ["t-9": History.Seen(outcome: nil)])) == [.lost])
        #expect(
            kinds(WitnessEvidence(journal: [row()], ledger: ledger, seen: ["t-1": History.Seen(outcome: "reversed")]))
                == [.changed])
        #expect(
            kinds(WitnessEvidence(journal: [row()], ledger: ledger, toldInTheEnd: ["t-1": "declined tooLate"])) == [
                .changed
            ])
    }

    @Test func oneKeyIsOneTransaction() {
        let journal = [row("t-1", outcome: "reversed"), row("t-2", outcome: "reversed")]
        #expect(kinds(WitnessEvidence(journal: journal)) == [.doubled])
    }

    @Test func aBookingThatNoJournalKnowsIsLost() {
        #expect(kinds(WitnessEvidence(ledger: [entry(.booking, "t-7")])) == [.lost])
    }

    @Test func aPOSIsHeldAgainstItsOwnLine() {
        func evidence(_ outcome: String, _ ledger: [LedgerWitnessEntry]) -> WitnessEvidence {
            WitnessEvidence(
                journal: [row(outcome: outcome, isPaired: true)], ledger: ledger,
                whoAtPOS: ["k-1": "code 00000001"])
        }
        let own = entry(.booking, "pos-17")
        #expect(kinds(evidence("approved", [own])).isEmpty)
        #expect(kinds(evidence("handedOver", [own])).isEmpty)
        #expect(kinds(evidence("handedOver", [])).isEmpty)
        #expect(kinds(evidence("approved", [])) == [.lost])
        #expect(kinds(evidence("failed deviceRefused", [own])) == [.doubled])
        #expect(kinds(evidence("approved", [own, entry(.booking, "pos-18")])) == [.doubled])
        #expect(kinds(evidence("declined codeUsed", [own, entry(.reversal, "pos-17")])).isEmpty)
        #expect(kinds(evidence("approved", [entry(.booking)])).contains(.doubled), "the relay's line is not the POS's")
    }

    @Test func pointsAtAPOSMoveByOneSale() {
        func evidence(_ outcome: String, _ points: Int64) -> WitnessEvidence {
            WitnessEvidence(
                journal: [row(outcome: outcome, isPaired: true)], pointsAtPOS: ["k-1": points], saleAtPOS: [1_250])
        }
        #expect(kinds(evidence("approved", 1_250)).isEmpty)
        #expect(kinds(evidence("approved", -1_250)).isEmpty)
        #expect(kinds(evidence("approved", 0)) == [.lost])
        #expect(kinds(evidence("approved", 2_500)) == [.doubled])
        #expect(kinds(evidence("failed deviceRefused", 1_250)) == [.doubled])
    }
}
