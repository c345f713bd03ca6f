import RelayDomain
import Sealing
import Testing

@testable import POSAgent

/// What a driver reads off a POS program may hold the code; what leaves the agent never does.
@Suite(.timeLimit(.minutes(1))) struct SightingTests {
    private let code = Secret("9927-Ab")!

    private func text(_ text: String) -> Evidence.Text { Evidence.Text(text)! }

    @Test(arguments: ["9927-Ab", "sent 9927-Ab.", "sent 9927 AB", "code: 99 27 a b", "*9927ab*"])
    func aTextThatHoldsTheCodeIsWithheld(read: String) {
        #expect(Evidence.Sighting.readBack(text(read)).withholding(code) == .readBack(.withheld))
        #expect(Evidence.Sighting.textSeen(text(read)).withholding(code) == .textSeen(.withheld))
        #expect(Evidence.Sighting.receiptNumber(text(read)).withholding(code) == .receiptNumber(.withheld))
    }

    @Test func otherTextsPass() {
        for sighting in [
            Evidence.Sighting.readBack(text("12.50 EUR, paid")), .textSeen(text("thank you")), receipt("R-9927"),
            .windowClosed,
        ] {
            #expect(sighting.withholding(code) == sighting)
        }
    }

    /// A restart forgets the sealed bytes, so nothing can be compared.
    @Test func withoutTheCodeOnlyReceiptNumbersPass() {
        #expect(Evidence.Sighting.readBack(text("12.50")).withholding(nil) == .readBack(.withheld))
        #expect(Evidence.Sighting.textSeen(text("paid")).withholding(nil) == .textSeen(.withheld))
        #expect(receipt("R-1").withholding(nil) == receipt("R-1"))
        #expect(Evidence.Sighting.windowClosed.withholding(nil) == .windowClosed)
    }

    /// What the POS program answers goes further than what it shows: onto the phone, the display and the export.
    @Test func anAnswerThatHoldsTheCodeIsWithheld() {
        let approval = Approval(
            approvalCode: "9927ab", brand: "Visa", receiptLines: ["9927 AB", "Thank you"], displayLines: ["PAID"])
        #expect(
            Confirmation.finished(receipt("R-1"), .approved(approval)).withholding(code)
                == .finished(
                    receipt("R-1"),
                    .approved(
                        Approval(
                            brand: "Visa", receiptLines: ["Thank you"], displayLines: ["PAID"],
                            leftOut: [.approvalCode, .receiptLines]))))
        func said(_ reason: String, _ text: String?) -> POSAnswer { .declined(StatedReason(said: reason, text: text)) }
        #expect(said("codeUsed", "code 99 27 ab refused").withholding(code) == said("codeUsed", nil))
        #expect(said("refused-9927-Ab", "No.").withholding(code) == said("unspecified", "No."))
        #expect(said("codeUsed", "used before").withholding(code) == said("codeUsed", "used before"))
    }

    @Test func withoutTheCodeNoSentenceOfAnAnswerPasses() {
        let approval = Approval(approvalCode: "K3", receiptLines: ["9927 AB"], displayLines: ["PAID"])
        #expect(
            Confirmation.finished(.windowClosed, .approved(approval)).withholding(nil)
                == .finished(
                    .windowClosed,
                    .approved(Approval(approvalCode: "K3", leftOut: [.receiptLines, .displayLines]))))
        let declined = POSAnswer.declined(StatedReason(said: "codeUsed", text: "9927"))
        #expect(declined.withholding(nil) == .declined(StatedReason(said: "codeUsed")))
    }

    @Test func aFailuresWordThatHoldsTheCodeIsWithheld() {
        #expect(DriverFailure.refused(ReasonCode("bad.9927ab")!).withholding(code) == .refused(.driverFailed))
        for failure in [DriverFailure.refused(ReasonCode("noSuchWindow")!), .broken, .silent] {
            #expect(failure.withholding(code) == failure && failure.withholding(nil) == failure)
        }
    }
}
