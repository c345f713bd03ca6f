import RelayDomain
import Sealing
import Testing

/// What others say about a transaction never holds its code.
@Suite(.timeLimit(.minutes(1))) struct WithholdingTests {
    private let code = Secret("9927-Ab18")!

    @Test(arguments: [
        "9927-Ab18", "sent 9927-Ab18.", "99 27 AB 18", "*9927ab18*", "code: 9-9-2-7-a-b-1-8", "９９２７ab１８", "٩٩٢٧ab١٨",
        "refused: 9927…", "refused: 9927-ab1…",
    ])
    func aTextHoldsTheCodeHoweverItIsWritten(text: String) { #expect(code.isIn(text)) }

    @Test(arguments: ["", "thank you", "9927", "R-9927 paid", "992…", "9927 and more…", "9927ab81", "9927-Xb18"])
    func otherTextsDoNot(text: String) { #expect(!code.isIn(text)) }

    /// A short one is in ordinary sentences by chance; one without letters is found as it stands.
    @Test func lengthAndLettersAreNotNeededAlike() throws {
        #expect(try !#require(Secret("you")).isIn("thank you"))
        #expect(try #require(Secret("#-#-")).isIn("sent #-#-"))
        #expect(try !#require(Secret("****")).isIn("sent #-#"))
        #expect(try #require(Secret("#a-b")).isIn("sent #a-b"))
        #expect(try !#require(Secret("#a-b")).isIn("a ball"))
    }

    @Test func answersLoseWhatHoldsIt() {
        let approval = Approval(approvalCode: "9927AB18", brand: "Visa", displayLines: ["99 27 ab 18", "PAID"])
        #expect(
            approval.withholding(code)
                == Approval(brand: "Visa", displayLines: ["PAID"], leftOut: [.approvalCode, .displayLines]))
        #expect(StatedReason(said: "9927ab18", text: "9927 Ab18!").withholding(code) == StatedReason(.unspecified))
        let other = StatedReason(said: "used", text: "used before")
        #expect(other.withholding(code) == other)
    }
}
