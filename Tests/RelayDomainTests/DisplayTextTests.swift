import RelayDomain
import RelayTesting
import Testing

/// What foreign words become before people and programs read them.
@Suite(.timeLimit(.minutes(2))) struct DisplayTextTests {
    static let cleaned: [(String, String?)] = [
        ("Not enough money!", "Not enough money!"),
        ("  Nicht genug\t Geld\r\n auf dem Konto \n", "Nicht genug Geld auf dem Konto"),
        ("\u{1B}[31mDECLINED\u{7}\u{0}", "[31mDECLINED"),
        ("no\u{2028}money\u{A0}left\u{85}", "no money left"),
        ("approved \u{202E}denilced", "approved denilced"),
        ("\u{2066}a\u{2069}\u{200E}\u{200F}\u{61C}\u{FEFF}\u{AD}b", "ab"),
        ("残高不足です", "残高不足です"), ("رصيد غير كاف", "رصيد غير كاف"), ("नहीं", "नहीं"), ("Cafe\u{301} 👩‍👩‍👧", "Cafe\u{301} 👩‍👩‍👧"),
        ("\u{E000}\u{10FFFF}", nil), ("", nil), (" \n\t", nil), ("\u{200D}\u{301}", nil),
    ]

    @Test(arguments: cleaned.indices) func whatIsNotForReadingIsDropped(_ index: Int) {
        let (foreign, clean) = Self.cleaned[index]
        #expect(DisplayText(cleaning: foreign)?.text == clean)
    }

    @Test func whatIsTooLongIsCutAndSaysSo() {
        let exact = String(repeating: "x", count: DisplayText.most)
        #expect(DisplayText(cleaning: exact)?.text == exact)
        #expect(DisplayText(cleaning: exact + " \n")?.text == exact)
        #expect(DisplayText(cleaning: exact + "y")?.text == exact.dropLast() + "…")
        let words = String(repeating: "x", count: DisplayText.most - 2) + " tail"
        #expect(DisplayText(cleaning: words)?.text == String(repeating: "x", count: DisplayText.most - 2) + "…")
        #expect(
            DisplayText(cleaning: String(repeating: "e\u{301}", count: 1_000_000))?.text.unicodeScalars.count == 140)
    }

    @Test(arguments: 0..<500 as Range<UInt64>)
    func whatIsCleanStaysAsItIs(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet: [Unicode.Scalar] = [
            "a", " ", "\n", "é", "\u{301}", "\u{200D}", "\u{202E}", "…", "漢", "\u{1F600}",
        ]
        var foreign = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...300, using: &random) { foreign.append(alphabet.randomElement(using: &random)!) }
        guard let clean = DisplayText(cleaning: String(foreign)) else {
            #expect(foreign.count < 20, "seed \(seed): nothing is left of \(foreign.count) characters")
            return
        }
        #expect((1...DisplayText.most).contains(clean.text.unicodeScalars.count), "seed \(seed)")
        #expect(DisplayText(cleaning: clean.text) == clean, "seed \(seed)")
        #expect(!clean.text.hasPrefix(" ") && !clean.text.hasSuffix(" "), "seed \(seed)")
    }

    @Test func aReasonThatIsASentenceBecomesTheText() {
        #expect(StatedReason(said: "insufficientFunds") == StatedReason(ReasonCode("insufficientFunds")!))
        #expect(
            StatedReason(said: "not enough money!")
                == StatedReason(.unspecified, text: DisplayText(cleaning: "not enough money!")))
        #expect(
            StatedReason(said: "51 no money", text: "Bitte andere Karte")
                == StatedReason(.unspecified, text: DisplayText(cleaning: "Bitte andere Karte")))
        for nothing in [nil, "", "\n"] { #expect(StatedReason(said: nothing) == StatedReason(.unspecified)) }
        #expect(DestinationAnswer.declined("", text: "\u{0}") == .declined(.unspecified))
        #expect(ReversalAnswer.refused("too late!") == .refused(StatedReason(said: "too late!")))
    }
}
