import DeviceProtocol
import RelayDomain
import Testing

@testable import RelayTerminal

@Suite(.timeLimit(.minutes(2))) struct TerminalLineTests {
    @Test func linesAreUnderstood() throws {
        let euros = try #require(Amount(minorUnits: 1250, unit: .currency(CurrencyCode("EUR")!)))
        let yen = try #require(Amount(minorUnits: 1250, unit: .currency(CurrencyCode("JPY")!)))
        let stars = try #require(Amount(minorUnits: 100, unit: .points(ProgramID("stars")!)))
        #expect(try TerminalLine("amount 12.50 EUR") == .amount(euros))
        #expect(try TerminalLine("amount 12.5 eur ") == .amount(euros), "three letters in any case are a currency")
        #expect(try TerminalLine("amount 1250 jpy") == .amount(yen))
        #expect(try TerminalLine("amount 100 stars") == .amount(stars))
        #expect(try TerminalLine("scan qr a b c") == .scan(ScannerInput(symbology: .qr, text: ScannedText("a b c")!)))
        #expect(try TerminalLine("clear") == .clear)
        #expect(try TerminalLine("ready yes") == .ready(.ready))
        #expect(try TerminalLine("ready no") == .ready(.notReady(ReasonCode("closed"))))
        #expect(try TerminalLine("scan picture /tmp/a file.png") == .scanPicture(PictureFile(path: "/tmp/a file.png")))
    }

    @Test(arguments: [
        "", "amount", "amount EUR 5", "amount -1 EUR", "amount 9.905 EUR", "amount 1250.5 JPY", "amount 5 XTS",
        "amount 1.5 stars", "scan", "scan pdf417 x", "pay", "scan qr",
    ])
    func otherLinesGetASentenceThatHelps(line: String) {
        let mistake = #expect(throws: TerminalLine.Mistake.self) { try TerminalLine(line) }
        #expect(
            mistake.map { $0.sentence.hasSuffix(".") || $0.sentence.contains("amount") || $0.sentence.contains("scan") }
                == true)
    }

    @Test func aMistypedSumIsExplained() {
        func sentence(_ line: String) -> String? {
            do throws(TerminalLine.Mistake) { _ = try TerminalLine(line) } catch { return error.sentence }
            return nil
        }
        #expect(sentence("amount 9.905 EUR")?.contains("EUR has 2 decimals") == true)
        #expect(sentence("amount 1250.5 JPY")?.contains("JPY has no decimals") == true)
    }

    @Test func displaysShowMoney() throws {
        func sum(_ minorUnits: Int64, _ code: String) throws -> Amount {
            try #require(Amount(minorUnits: minorUnits, unit: .currency(CurrencyCode(code)!)))
        }
        #expect(try TerminalDisplay.amountReady(sum(102, "EUR")).text.hasPrefix("1.02 EUR:"))
        #expect(try TerminalDisplay.amountReady(sum(1250, "JPY")).text.hasPrefix("1250 JPY:"))
        #expect(try TerminalDisplay.amountReady(sum(1250, "KWD")).text.hasPrefix("1.250 KWD:"))
    }

    /// What scanners put around a code is no part of it.
    @Test(arguments: [
        ("scan any ABC123", Symbology.any), ("scan qr ABC123\t", .qr), ("scan qr  ABC123 ", .qr),
        ("scan qr ABC123\r", .qr),
        ("scan qr \u{2}ABC123\u{3}", .qr), ("scan qr \u{2}]Q1ABC123\u{3}\t", .qr), ("scan any ]Q1ABC123", .qr),
        ("scan any ]C1ABC123", .code128), ("scan any ]C0ABC123\r\n", .code128), ("scan qr ]C0ABC123", .code128),
        ("scan any ]E0ABC123", .ean13), ("scan any ]E4ABC123", .any), ("scan any ]d2ABC123", .any),
        ("scan any \u{2}\u{1D}ABC123\u{4}", .any), ("scan ean13 ]E0 ABC123", .ean13),
        ("scan qr ]X0ABC123", .qr), ("scan ean13 ]E4ABC123", .ean13),
    ])
    func whatScannersPutAroundACodeIsTakenOff(line: String, symbology: Symbology) throws {
        #expect(
            try TerminalLine(line) == .scan(ScannerInput(symbology: symbology, text: #require(ScannedText("ABC123")))))
    }

    @Test(arguments: ["scan any A B]Q1\u{1D}C", "scan any ]Q", "scan any ]9X1", "scan any ] Q1"])
    func whatBelongsToTheCodeStays(line: String) throws {
        #expect(
            try TerminalLine(line)
                == .scan(ScannerInput(symbology: .any, text: #require(ScannedText(String(line.dropFirst(9)))))))
    }

    @Test func aScanWithoutACodeOrInOtherLettersIsExplained() throws {
        for line in ["scan any ]Q1", "scan any \t", "scan qr \u{2}\u{3}"] {
            #expect(throws: TerminalLine.Mistake.self, "\(line.debugDescription)") { try TerminalLine(line) }
        }
        let mistake = #expect(throws: TerminalLine.Mistake.self) { try TerminalLine("scan qr M-M\u{FFFD}ller") }
        #expect(mistake?.sentence.contains("UTF-8") == true)
    }

    @Test func noDisplayShowsACode() throws {
        let scan = TerminalDisplay.asking(nil, nil, nil)
        #expect(scan.text == "asking")
    }

    @Test func nothingPrintsACode() throws {
        let (text, picture) = (try #require(ScannedText("SECRET")), PictureFile(path: "SECRET"))
        let input = ScannerInput(symbology: .qr, text: text)
        let values: [Any] = [
            input, picture, TerminalLine.scan(input), TerminalLine.scanPicture(picture), ScannerEnd.read(.qr, text),
            TerminalInput.scanned(.qr, text), TerminalInput.scannerEnded(.read(.qr, text)),
        ]
        for value in values {
            var dumped = ""
            dump(value, to: &dumped)
            for text in [dumped, "\(value)", String(reflecting: value)] { #expect(!text.contains("SECRET")) }
        }
    }

    /// A scanner types its code wherever the merchant has stopped to write.
    @Test(arguments: [
        "SECRET", "amount SECRET", "amount 1.5 SECRET", "amount 99999999999999999 SECRET", "amount 1 EUR SECRET",
        "scan SECRET", "scan SECRET SECRET", "scan qr SECRET\u{FFFD}",
        "scan qr SECRET\(String(repeating: "x", count: 4_096))",
        "clear SECRET", "cancel SECRET", "ready SECRET", "ready yes SECRET",
    ])
    func noSentenceHoldsWhatWasTypedInACodesPlace(line: String) {
        let mistake = #expect(throws: TerminalLine.Mistake.self) { try TerminalLine(line) }
        #expect(mistake?.sentence.contains("SECRET") == false)
    }

    @Test func noSentenceHoldsWhatWasTypedInAProgramsPlace() throws {
        let program = try #require(ProgramID("SECRET"))
        let points = try #require(Amount(minorUnits: 5, unit: .points(program)))
        #expect(!TerminalDisplay.notCountedHere(points).text.contains("SECRET"))
    }
}
