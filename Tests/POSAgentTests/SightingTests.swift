import RelayDomain
import Sealing
import Testing

@testable import POSAgent

/// What a driver reads off a POS program may hold the code; what leaves the agent never does.
@Suite(.timeLimit(.minutes(1))) struct SightingTests {
    private let code = SecretFinder(Secret("9927-Ab18")!)

    private func text(_ text: String) -> Evidence.Text { Evidence.Text(text)! }

    @Test(arguments: ["9927-Ab18", "sent 9927-Ab18.", "sent 9927 AB18", "code: 99 27 a b 18", "*9927ab18*"])
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

    /// A restart forgets the sealed bytes, so nothing can be compared. The cashier finds the sale by its number.
    @Test func withoutTheCodeOnlyReceiptNumbersPass() {
        #expect(Evidence.Sighting.readBack(text("12.50")).withholding(nil) == .readBack(.withheld))
        #expect(Evidence.Sighting.textSeen(text("paid")).withholding(nil) == .textSeen(.withheld))
        for number in ["R-1", "2026-0012/3456"] { #expect(receipt(number).withholding(nil) == receipt(number)) }
        #expect(receipt("9927-1828-45904").withholding(nil) == .receiptNumber(.withheld), "13 digits may be a code")
        #expect(Evidence.Sighting.windowClosed.withholding(nil) == .windowClosed)
    }

    /// What the POS program answers goes further than what it shows: onto the phone, the display and the export.
    @Test func anAnswerThatHoldsTheCodeIsWithheld() {
        let approval = Approval(
            approvalCode: "9927ab18", brand: "Visa", receiptLines: ["9927 AB18", "Thank you"], displayLines: ["PAID"])
        #expect(
            Confirmation.finished(receipt("R-1"), .approved(approval)).withholding(code)
                == .finished(
                    receipt("R-1"),
                    .approved(
                        Approval(
                            brand: "Visa", receiptLines: ["Thank you"], displayLines: ["PAID"],
                            leftOut: [.approvalCode, .receiptLines]))))
        func said(_ reason: String, _ text: String?) -> POSAnswer { .declined(StatedReason(said: reason, text: text)) }
        #expect(said("codeUsed", "code 99 27 ab 18 refused").withholding(code) == said("codeUsed", nil))
        #expect(said("refused-9927-Ab18", "No.").withholding(code) == said("unspecified", "No."))
        #expect(said("codeUsed", "used before").withholding(code) == said("codeUsed", "used before"))
    }

    /// The POS program may have copied the code into any text; sums and a masked account hold none.
    @Test func withoutTheCodeNoTextOfAnAnswerPasses() {
        let sum = Amount(minorUnits: 1_250, unit: .currency(CurrencyCode("EUR")!))
        let approval = Approval(
            approvalCode: "9927ab18", providerReference: "9927ab18", amount: sum, brand: "9927ab18",
            maskedAccount: "•••• 1234", balance: sum, receiptLines: ["9927 AB", "18"], displayLines: ["PAID"])
        #expect(
            Confirmation.finished(.windowClosed, .approved(approval)).withholding(nil)
                == .finished(
                    .windowClosed,
                    .approved(
                        Approval(
                            amount: sum, maskedAccount: "•••• 1234", balance: sum,
                            leftOut: [.approvalCode, .providerReference, .brand, .receiptLines, .displayLines]))))
        func said(_ reason: String, _ text: String? = nil) -> POSAnswer {
            .declined(StatedReason(said: reason, text: text))
        }
        #expect(said("codeUsed", "9927").withholding(nil) == said("codeUsed"))
        #expect(said("iso.051").withholding(nil) == said("iso.051"))
        #expect(said("used-9927-ab").withholding(nil) == said("unspecified"))
    }

    @Test func aFailuresWordThatHoldsTheCodeIsWithheld() {
        #expect(DriverFailure.refused(ReasonCode("bad.9927ab18")!).withholding(code) == .refused(.driverFailed))
        #expect(DriverFailure.refused(ReasonCode("bad.9927")!).withholding(nil) == .refused(.driverFailed))
        let number = ReasonCode("card-4111-1111-1111-1111")!
        #expect(DriverFailure.refused(number).withholding(code) == .refused(.driverFailed))
        for failure in [DriverFailure.refused(ReasonCode("noSuchWindow")!), .broken, .silent] {
            #expect(failure.withholding(code) == failure && failure.withholding(nil) == failure)
        }
    }
}
