import RelayDomain
import Sealing
import Testing

/// What others say about a transaction never holds its code.
@Suite(.timeLimit(.minutes(1))) struct WithholdingTests {
    private let code = SecretFinder(Secret("9927-Ab18-2818")!)

    @Test func answersLoseWhatHoldsIt() {
        let approval = Approval(
            approvalCode: "9927AB182818", brand: "Visa", displayLines: ["99 27 ab 18 2818", "PAID"])
        #expect(
            approval.withholding(code)
                == Approval(brand: "Visa", displayLines: ["PAID"], leftOut: [.approvalCode, .displayLines]))
        #expect(
            StatedReason(said: "9927ab182818", text: "9927 Ab18 2818!").withholding(code) == StatedReason(.unspecified))
        let other = StatedReason(said: "used", text: "used before")
        #expect(other.withholding(code) == other)
    }

    /// A code that is wrapped stands in no line, and in all.
    @Test func linesThatHoldItTogetherAreLeftOut() {
        func receipt(_ lines: [String], display: [String] = []) -> Approval {
            Approval(brand: "Visa", receiptLines: lines, displayLines: display).withholding(code)
        }
        let nothing = Approval(brand: "Visa", leftOut: [.receiptLines])
        #expect(receipt(["Thank you", "code 9927", "ab18", "2818 was used"]) == nothing)
        #expect(receipt(["code 9927-ab1", "8-2818 was used", "code 9927-ab18-2818"]) == nothing)
        #expect(receipt([], display: ["9927ab", "182818"]) == Approval(brand: "Visa", leftOut: [.displayLines]))
        let parts = ["code 9927", "was used", "ab18", "2818"]
        #expect(receipt(parts) == Approval(brand: "Visa", receiptLines: parts), "other words are between")
    }
}
