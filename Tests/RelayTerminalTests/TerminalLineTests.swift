import DeviceProtocol
import RelayDomain
import Testing

@testable import RelayTerminal

struct TerminalLineTests {
    @Test func linesAreUnderstood() throws {
        let euros = try #require(Amount(minorUnits: 1250, unit: .currency(CurrencyCode("EUR")!)))
        let stars = try #require(Amount(minorUnits: 100, unit: .points(ProgramID("stars")!)))
        #expect(try TerminalLine("amount 1250 EUR") == .amount(euros))
        #expect(try TerminalLine("amount 100 stars") == .amount(stars))
        #expect(try TerminalLine("scan qr a b c") == .scan(.qr, ScannedText("a b c")!))
        #expect(try TerminalLine("clear") == .clear)
        #expect(try TerminalLine("ready yes") == .ready(.ready))
        #expect(try TerminalLine("ready no") == .ready(.notReady(ReasonCode("closed"))))
        #expect(try TerminalLine("scan picture /tmp/a file.png") == .scanPicture(path: "/tmp/a file.png"))
    }

    @Test(arguments: [
        "", "amount", "amount EUR 5", "amount -1 EUR", "amount 1.50 EUR", "scan", "scan pdf417 x", "pay", "scan qr",
    ])
    func otherLinesGetASentenceThatHelps(line: String) {
        let mistake = #expect(throws: TerminalLine.Mistake.self) { try TerminalLine(line) }
        #expect(
            mistake.map { $0.sentence.hasSuffix(".") || $0.sentence.contains("amount") || $0.sentence.contains("scan") }
                == true)
    }

    @Test func noDisplayShowsACode() throws {
        let scan = TerminalDisplay.asking(nil, nil, nil)
        #expect(scan.text == "asking")
        #expect("\(TerminalLine.scan(.qr, try #require(ScannedText("SECRET"))))".contains("SECRET") == false)
    }
}
