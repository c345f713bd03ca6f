import RelayDomain
import Testing

/// What comes with a yes is for people and books; it is bounded, and never costs the yes.
@Suite(.timeLimit(.minutes(1))) struct ApprovalTests {
    static let euros = Amount(minorUnits: 1_250, unit: .currency(CurrencyCode("EUR")!))!

    /// Of every field the longest.
    static let longest = Approval(
        approvalCode: String(repeating: "K", count: ApprovalCode.bytesMax),
        providerReference: String(repeating: "r", count: ProviderReference.bytesMax), amount: euros,
        brand: String(repeating: "b", count: Brand.bytesMax),
        maskedAccount: "411111" + String(repeating: "*", count: MaskedAccount.bytesMax - 10) + "1111",
        balance: euros, pointsEarned: euros,
        receiptLines: Array(repeating: String(repeating: "l", count: ReceiptLine.bytesMax), count: 8),
        displayLines: Array(repeating: String(repeating: "d", count: DisplayLine.bytesMax), count: 2))

    @Test func whatFitsIsKeptAsItIs() {
        #expect(Self.longest.leftOut.isEmpty)
        #expect(Self.longest.receiptLines.count == 8 && Self.longest.displayLines.count == 2)
        #expect(Self.longest.maskedAccount?.text.hasSuffix("1111") == true)
        #expect(Approval().isBare && Approval(approvalCode: "", receiptLines: [""]).isBare)
        #expect(!Self.longest.isBare)
    }

    @Test func oneByteMoreIsTooLong() {
        #expect(ApprovalCode(String(repeating: "K", count: ApprovalCode.bytesMax + 1)) == nil)
        #expect(ReceiptLine(String(repeating: "é", count: ReceiptLine.bytesMax / 2)) != nil, "bytes are counted")
        #expect(ReceiptLine(String(repeating: "é", count: ReceiptLine.bytesMax / 2) + "x") == nil)
        #expect(ReceiptLine("") == nil)
    }

    @Test(arguments: ["a\u{7}b", "two\nlines", "\u{202E}321", "\u{1B}[2J", "\u{0}"])
    func whatActsOnADisplayIsNoText(text: String) { #expect(DisplayLine(text) == nil) }

    @Test(arguments: [
        ("411111******1111", true), ("4111 11** **** 1111", true), ("•••• 1234", true), ("1234", true),
        ("VISA 1234", true), ("158****1234", true), ("411111**********", true), ("j***@example.com", true),
        ("4111111*****1111", false), ("411111*****11111", false), ("12345", false), ("4111**11**1111", true),
        ("41111*11***1111", false), ("4111 1111 1111", false), ("2013112011001004330000121536", false),
    ])
    func anAccountIsMasked(text: String, isMasked: Bool) {
        #expect((MaskedAccount(text) != nil) == isMasked)
    }

    /// Whatever a destination says beside its yes, it has said yes.
    @Test func whatDoesNotFitIsLeftOutAndNamed() {
        let approval = Approval(
            approvalCode: "K3V9Q2", providerReference: "4111111111111111", brand: "Vi\u{7}sa",
            maskedAccount: "4111111111111111", receiptLines: ["fits", String(repeating: "x", count: 81), "fits too"],
            displayLines: ["one", "two", "three"])
        #expect(approval.approvalCode?.text == "K3V9Q2")
        #expect(approval.providerReference == nil && approval.brand == nil && approval.maskedAccount == nil)
        #expect(approval.receiptLines.map(\.text) == ["fits", "fits too"])
        #expect(approval.displayLines.map(\.text) == ["one", "two"])
        #expect(
            approval.leftOut == [.providerReference, .brand, .maskedAccount, .receiptLines, .displayLines])
        #expect(
            Outcome.approved(approval).description
                == "approved (left out: brand, displayLines, maskedAccount, providerReference, receiptLines)")
    }

    /// A number that is wrapped stands in no line, and in all.
    @Test func linesThatHoldAnAccountNumberTogetherAreLeftOut() {
        let wrapped = Approval(
            receiptLines: ["Thank you", "Card 4111 1111 11", "11 1111 was charged"],
            displayLines: ["Card 41111111", "11111111"])
        #expect(wrapped == Approval(leftOut: [.receiptLines, .displayLines]))
        let slip = ["Tel. +49 30 901820 110", "Terminal-ID 12345678", "004711 TA-Nr", "01.12.2026 14:05:33"]
        #expect(Approval(receiptLines: slip).receiptLines.map(\.text) == slip)
    }

    @Test func whatHoldsASecretIsLeftOut() {
        let approval = Approval(
            approvalCode: "K3V9Q2", brand: "Visa", receiptLines: ["code-1 was used", "thank you"]
        ).leavingOut { $1.contains("code-1") }
        #expect(approval.receiptLines.map(\.text) == ["thank you"])
        #expect(approval.leftOut == [.receiptLines] && approval.approvalCode?.text == "K3V9Q2")
        let wrapped = Approval(receiptLines: ["thank you", "code-", "1 was used"], displayLines: ["PAID"])
            .leavingOut { $1.contains("code- 1") }
        #expect(wrapped == Approval(displayLines: ["PAID"], leftOut: [.receiptLines]))
        #expect(Self.longest.leavingOut { _, _ in false } == Self.longest)
        #expect(Approval().leavingOut { _, _ in true } == Approval(), "nothing was said")
        #expect(Self.longest.leavingOut { _, _ in true }.leftOut.count == 6, "sums hold no text")
    }

    /// Once approved, what a later word says changes nothing: no outcome, no mark, no question.
    @Test func aLaterWordWithOtherWordsChangesNothing() {
        let start = Instant(milliseconds: 0)
        var machine = TransactionStateMachine(.authorizing(.done), entered: .init(authorizing: start))
        let first = Outcome.approved(Approval(approvalCode: "A1"))
        #expect(
            machine.apply(.destinationAnswered(.approved(Approval(approvalCode: "A1"))), at: start) == [
                .conclude(first)
            ])
        let other = DestinationAnswer.approved(Approval(approvalCode: "B2"))
        #expect(machine.apply(.destinationAnswered(other), at: start) == [.outOfTurn])
        #expect(
            machine.apply(.inquiryAnswered(other, askedAt: start, visibilityDelay: .zero), at: start) == [.outOfTurn])
        #expect(machine.outcome == first)
    }
}
