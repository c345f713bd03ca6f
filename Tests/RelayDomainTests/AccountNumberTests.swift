import RelayDomain
import RelayTesting
import Testing

/// A card's full number is found however it is set; what else stands on receipts passes.
@Suite(.timeLimit(.minutes(1))) struct AccountNumberTests {
    @Test(arguments: [
        "4111111111111111", "Card 4111 1111 1111 1111", "4111-1111-1111-1111", "6011000990139424123",
        "٤١١١١١١١١١١١١١١١", "４１１１１１１１１１１１１１１１", "④①①①①①①①①①①①①①①①",
        "4111\u{A0}1111\u{A0}1111\u{A0}1111", "4111  1111  1111  1111", "4111      1111      1111      1111",
        "4111.1111.1111.1111", "4111/1111/1111/1111", "4111 - 1111 - 1111 - 1111", "3782.822463.10005",
        "4111\u{2009}1111\u{2013}1111\u{200D}1111", "4 2 2 2 2 2 2 2 2 2 2 2 2", "no 4222_2222_22222",
        "41\u{200C}\u{200D}\u{200C}\u{200D}\u{200C}11111111111111", "4111 \u{3164} 1111 \u{3164} 1111 \u{3164} 1111",
        "4111 1111 1111 1111 12/27", "0815 4111 1111 1111 1111 1227", "4111%201111%201111%201111", "%34111111111111111",
        "4111%25201111%25201111%25201111", "41111111111111111227", "41111111111111111227201",
    ])
    func whatCouldBeAnAccountNumberIsNoText(text: String) throws {
        #expect(ReceiptLine(text) == nil && ProviderReference(text) == nil && MaskedAccount(text) == nil)
        #expect(DisplayLine(text) == nil && Brand(text) == nil && text.mayHoldAccountNumber)
        try expectNoSentence(text)
        let read = try #require(Evidence.Text(text))
        #expect(Evidence(.receiptNumber(read), amount: .unchecked).sighting == .receiptNumber(.withheld))
    }

    /// In a sentence other digits or letters may be beside it.
    @Test(arguments: [
        "x41111111111111111111 1", "00004111111111111111", "card4111111111111111", "4111111111111111EUR",
        "7241111111111111111000000000000",
    ])
    func inASentenceItIsFoundAmidOthers(text: String) throws {
        #expect(text.mayHoldAccountNumber && ReceiptLine(text) == nil)
        try expectNoSentence(text)
    }

    private func expectNoSentence(_ text: String) throws {
        let reason = StatedReason(said: "refused", text: "Card \(text) refused")
        #expect(reason.text == nil && reason.code.text == "refused")
        let read = try #require(Evidence.Text(text))
        #expect(Evidence(.textSeen(read), amount: .unchecked).sighting == .textSeen(.withheld))
        #expect(Evidence(.readBack(read), amount: .unchecked).sighting == .readBack(.withheld))
    }

    @Test(arguments: ["4111\t1111\t1111\t1111", "4111\u{0}1111\u{0}1111\u{0}1111", "4111\n1111\r\n1111\n1111"])
    func whatIsNoPlainTextIsJudgedToo(text: String) throws { try expectNoSentence(text) }

    /// A display's text is judged before it is cut.
    @Test func noTextIsCutInsideANumber() {
        for number in ["4111111111111111", "4111 1111 1111 1111"] {
            for before in 0...DisplayText.most {
                let said = String(repeating: "x", count: before) + " \(number)"
                #expect(StatedReason(said: "refused", text: said).text == nil)
                #expect(StatedReason(said: said).text == nil)
                #expect(DestinationAnswer.declined(.unspecified, text: said) == .declined(.unspecified))
                #expect(ReversalAnswer.refused(.unspecified, text: said).text == nil)
            }
        }
    }

    @Test func noReasonIsANumber() throws {
        let number = try #require(ReasonCode("card-4111-1111-1111-1111"))
        #expect(StatedReason(number) == StatedReason(.unspecified) && number.withoutAccountNumber == .unspecified)
        #expect(StatedReason(said: "pan.41111111111111111227") == StatedReason(.unspecified))
        #expect(ReasonCode.unspecified.withoutAccountNumber == .unspecified)
    }

    /// Sums, days, times, telephone numbers and others' numbers stand on every receipt.
    @Test(arguments: [
        "20261201 140534", "20261201140534", "2027-01-16 12:34:56", "16.01.2027 12:34:56", "2026-12-01 14:05:33 2026",
        "01.12.2026 14:05:33 Bon 4711",
        "2026-12-01T14:05:33.000Z", "19,00% 10,50 2,00 12,50", "19% 2.10 11.05 13.15 15.25",
        "1.250,00 1.250,00 2.500,00", "Table 12, 2 guests, 10:15-11:45", "411111******1111",
        "A1B2C3D4E5F6G7H8I9J0K1L2M3", "Tel. +49 30 901820 110", "+49 30 1234567", "USt-IdNr. DE123456789",
        "Terminal-ID 12345678 TA-Nr 004711", "0001 12345678 20261201 1405", "Trace 004711 Beleg 0815",
        "4111 1111 1111 1112", "4111111111111", "AID A0000000031010", "AID A0000003591010028001", "EAN 4006381333931",
        "12345678 004711 0815",
    ])
    func otherNumbersAreTexts(text: String) throws {
        #expect(ReceiptLine(text)?.text == text && !text.mayHoldAccountNumber)
        #expect(StatedReason(said: "refused", text: text).text?.text == text)
        let read = try #require(Evidence.Text(text))
        #expect(Evidence(.textSeen(read), amount: .unchecked).sighting == .textSeen(read))
    }

    /// Providers' references: Alipay's has 28 digits, an RRN 12; some begin with the year, some are hexadecimal.
    @Test(arguments: [
        "2013112011001004330000121536", "4200001234202612011234567890", "070000000042", "ch_3MmlLrLkdIwHu7ix0snN0B15",
        "12.34 EUR 5678 901 23", "f81d4fae-7dec-4111-8765-111111111111", "4111111111111112e", "x4111111111111111",
        "20261201140533", "202612010000000000001", "8914111111111111", "4711-20261201-0002", "4111111111111112",
    ])
    func numbersOfOthersAreReferences(text: String) throws {
        #expect(ProviderReference(text)?.text == text)
        let read = try #require(Evidence.Text(text))
        #expect(Evidence(.receiptNumber(read), amount: .unchecked).sighting == .receiptNumber(read))
    }

    /// Each card network's numbers, with every check digit but one.
    @Test(arguments: [
        "411111111111111", "545454545454545", "222300004841001", "37828224631000", "3056930902590", "356600202036050",
        "601111111111111", "624380000000001", "220000000000000",
    ])
    func theCheckDigitTellsANumber(beginning: String) {
        let numbers = (0...9).map { "\(beginning)\($0)" }
        #expect(numbers.count { ProviderReference($0) == nil } == 1, "of a reference one in ten is taken for a number")
        let grouped = numbers.map { number in
            number.enumerated().map { $0 > 0 && $0.isMultiple(of: 4) ? " \($1)" : "\($1)" }.joined()
        }
        #expect(grouped.count(where: \.mayHoldAccountNumber) == 1)
    }

    /// The stated share of references that are lost by chance.
    @Test(arguments: [(13, 0.10), (16, 0.34), (19, 0.52), (26, 0.52)])
    func soManyReferencesAreLost(digits: Int, share: Double) {
        var random = SeededGenerator(seed: 7)
        let lost = (0..<4_000).count { _ in
            let number = "4" + (1..<digits).map { _ in "\(Int.random(in: 0...9, using: &random))" }.joined()
            return ProviderReference(number) == nil
        }
        #expect(abs(Double(lost) / 4_000 - share) < 0.04, "\(lost) of 4000")
    }

    /// Where no number ends the search, each digit is read as often as an account number is long.
    @Test func aLongTextIsJudged() {
        #expect(!String(repeating: "1", count: 20_000).mayHoldAccountNumber)
        #expect(!String(repeating: "1 ", count: 10_000).mayHoldAccountNumber)
        #expect((String(repeating: "1 ", count: 10_000) + "4111-1111-1111-1111").mayHoldAccountNumber)
    }
}
