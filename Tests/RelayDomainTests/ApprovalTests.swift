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
        "4111111111111", "4111111111111111", "Card 4111 1111 1111 1111", "4111-1111-1111-1111", "6011000990139424123",
        "٤١١١١١١١١١١١١١١١", "４１１１１１１１１１１１１１１１", "4111\u{A0}1111\u{A0}1111\u{A0}1111", "x41111111111111111111 1",
        "4111  1111  1111  1111", "4111.1111.1111.1111", "4111/1111/1111/1111", "4111 - 1111 - 1111 - 1111",
        "3782.822463.10005", "4111\u{2009}1111\u{2013}1111\u{200D}1111", "4 1 1 1 1 1 1 1 1 1 1 1 1",
        "no 4111_1111_11111",
    ])
    func whatCouldBeAnAccountNumberIsNoText(text: String) throws {
        #expect(ReceiptLine(text) == nil && ProviderReference(text) == nil && MaskedAccount(text) == nil)
        #expect(DisplayLine(text) == nil && Brand(text) == nil && text.mayHoldAccountNumber)
        let reason = StatedReason(said: "refused", text: "Card \(text) refused")
        #expect(reason.text == nil && reason.code.text == "refused")
        let read = try #require(Evidence.Text(text))
        #expect(Evidence(.textSeen(read), amount: .unchecked).sighting == .textSeen(.withheld))
        #expect(Evidence(.readBack(read), amount: .unchecked).sighting == .readBack(.withheld))
        #expect(Evidence(.receiptNumber(read), amount: .unchecked).sighting == .receiptNumber(read))
    }

    /// 16 digits of an account and 4 of its expiry are 20.
    @Test func aLongNumberIsAProvidersReferenceAlone() {
        let number = "41111111111111111227"
        #expect(ProviderReference(number) != nil)
        #expect(ReceiptLine(number) == nil && ApprovalCode(number) == nil && DisplayLine(number) == nil)
        #expect(StatedReason(said: number) == StatedReason(.unspecified))
    }

    /// Sums, days and times stand on every receipt.
    @Test(arguments: [
        "2027-01-16 12:34:56", "16.01.2027 12:34:56", "19,00% 10,50 2,00 12,50", "19% 2.10 11.05 13.15 15.25",
        "1.250,00 1.250,00 2.500,00", "Table 12, 2 guests, 10:15-11:45", "411111******1111",
        "A1B2C3D4E5F6G7H8I9J0K1L2M3",
    ])
    func otherNumbersAreTexts(text: String) throws {
        #expect(ReceiptLine(text)?.text == text && !text.mayHoldAccountNumber)
        #expect(StatedReason(said: "refused", text: text).text?.text == text)
        let read = try #require(Evidence.Text(text))
        #expect(Evidence(.textSeen(read), amount: .unchecked).sighting == .textSeen(read))
    }

    /// Providers' references: Alipay's has 28 digits, an RRN 12.
    @Test(arguments: [
        "2013112011001004330000121536", "070000000042", "ch_3MmlLrLkdIwHu7ix0snN0B15", "12.34 EUR 5678 901 23",
    ])
    func whatCannotBeOneIsAText(text: String) { #expect(ProviderReference(text)?.text == text) }

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

    @Test func whatHoldsASecretIsLeftOut() {
        let approval = Approval(
            approvalCode: "K3V9Q2", brand: "Visa", receiptLines: ["code-1 was used", "thank you"]
        ).leavingOut { $1.contains("code-1") }
        #expect(approval.receiptLines.map(\.text) == ["thank you"])
        #expect(approval.leftOut == [.receiptLines] && approval.approvalCode?.text == "K3V9Q2")
        #expect(Self.longest.leavingOut { _, _ in false } == Self.longest)
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
