import RelayDomain
import RelayTesting
import Testing

@Suite(.timeLimit(.minutes(2))) struct WordsTests {
    @Test func aSpanHasANumberHoweverLongItIs() {
        #expect(Duration.seconds(Int64.max).milliseconds == .max)
        #expect(Duration.seconds(Int64.min).milliseconds == .min)
        #expect(Duration.milliseconds(Int64.max).milliseconds == .max)
        #expect((.zero - Duration.milliseconds(1_500)).milliseconds == -1_500)
    }

    @Test func identifiersTakeTheirAlphabetAndNothingElse() {
        #expect(TerminalID("counter-1.A_z")?.text == "counter-1.A_z")
        #expect(TerminalID(String(repeating: "x", count: 64)) != nil)
        for bad in ["", " ", "a b", "ä", "a/b", "a\n", String(repeating: "x", count: 65)] {
            #expect(TerminalID(bad) == nil, "\(bad)")
        }
    }

    @Test func amountsHaveTwelveDigitsAndNoSign() {
        let unit = Amount.Unit.currency(CurrencyCode("EUR")!)
        #expect(Amount(minorUnits: 0, unit: unit) != nil)
        #expect(Amount(minorUnits: 999_999_999_999, unit: unit) != nil)
        #expect(Amount(minorUnits: -1, unit: unit) == nil)
        #expect(Amount(minorUnits: 1_000_000_000_000, unit: unit) == nil)
        #expect(Amount(minorUnits: .max, unit: unit) == nil)
        for bad in ["eur", "EU", "EURO", "E1R", "€€€"] { #expect(CurrencyCode(bad) == nil, "\(bad)") }
    }

    @Test func anOperationAllowsSumsOfItsUnit() {
        let euros = Amount.Unit.currency(CurrencyCode("EUR")!)
        let stars = Amount.Unit.points(ProgramID("stars")!)
        for operation in Operation.allCases {
            let (counted, other) = operation == .payment ? (euros, stars) : (stars, euros)
            #expect(operation.allows(nil))
            #expect(operation.allows(Amount(minorUnits: 1, unit: counted)!))
            #expect(!operation.allows(Amount(minorUnits: 1, unit: other)!))
            #expect(operation.allows(Amount(minorUnits: 0, unit: counted)!) == (operation != .payment))
            #expect(operation.allows(Amount(minorUnits: 0, unit: counted)!, zeroPayments: true))
            #expect(!operation.allows(Amount(minorUnits: 0, unit: other)!, zeroPayments: true))
        }
    }

    @Test func timeZonesHaveTheShapeOfTheirDatabase() {
        for good in ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+3", "America/Port-au-Prince"] {
            #expect(TimeZoneName(good)?.text == good)
        }
        for bad in ["", "/", "Europe/", "+02:00", "Europe/Berlin/x/y", "Europe Berlin", "Zürich", "1/2"] {
            #expect(TimeZoneName(bad) == nil, "\(bad)")
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func transactionIDsReadBackAsTheyWereWritten(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let time = Instant(milliseconds: Int64.random(in: 0..<(1 << 48), using: &random))
        let id = TransactionID(journal: UInt8(seed % 100), now: time, random: &random)
        #expect(TransactionID(id.text) == id)
        #expect(CommandID(CommandID(id).text) == CommandID(id))
        #expect(id.high >> 16 == UInt64(time.milliseconds), "the time stands first, so IDs grow with it")
        #expect(id.high >> 12 & 15 == 7, "version 7")
        #expect(id.low >> 62 == 2, "variant of RFC 9562")
    }

    @Test func otherTextsAreNoTransactionIDs() {
        let good = "0192f0c1-7a3e-7b21-9c55-1f2e3d4c5b6a.0"
        #expect(TransactionID(good) != nil)
        for bad in [
            "", good + "0", String(good.dropLast()), good.uppercased(), good.replacing(".0", with: ".100"),
            good.replacing(".0", with: ".07"), good.replacing(".0", with: ".x"), good.replacing("-", with: "_"),
            good + ".0", "c-" + good,
        ] { #expect(TransactionID(bad) == nil, "\(bad)") }
    }

    @Test func aReferenceNumberHasTwelveDigits() {
        #expect(RetrievalReferenceNumber(journal: 7, sequence: 42).text == "070000000042")
        #expect(RetrievalReferenceNumber(journal: 99, sequence: .max).text.count == 12)
        #expect(RetrievalReferenceNumber(number: 1_000_000_000_000) == nil)
    }

    @Test func everyTerminalHasOneJournal() {
        let terminals = (0..<10_000).compactMap { TerminalID("terminal-\($0)") }
        let shares = Dictionary(grouping: terminals) { $0.journal(outOf: 4) }.mapValues(\.count)
        #expect(shares.keys.sorted() == [0, 1, 2, 3])
        #expect(shares.values.allSatisfy { $0 > 2_000 }, "fairly spread: \(shares)")
        #expect(TerminalID("counter-1")!.journal(outOf: 100) == 65, "the hash is for good: journals are found by it")
    }

    @Test(arguments: [Int64.min, -1, 0, 1_800_000_000_000, 253_402_300_799_999, 253_402_300_800_000, .max])
    func noNumberBreaksTheArithmeticOfTime(milliseconds: Int64) {
        let instant = Instant(milliseconds: milliseconds)
        #expect((0...253_402_300_799_999).contains(instant.milliseconds))
        for span in [Int64.min, -1, 1, .max] {
            let moved = instant + .milliseconds(span)
            #expect(span < 0 ? moved <= instant : moved >= instant)
            _ = moved - instant
        }
    }
}
