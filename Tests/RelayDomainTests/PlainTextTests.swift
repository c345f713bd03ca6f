import RelayDomain
import Testing

/// What others wrote ends on terminals and in logs, and does nothing there but be read.
@Suite(.timeLimit(.minutes(2))) struct PlainTextTests {
    @Test(arguments: [
        ("12.50 EUR – Bäckerei 🥐", "12.50 EUR – Bäckerei 🥐"), ("a\u{1B}[2Jb", "a\\u{1B}[2Jb"),
        ("ok\nreconciled  Mika: fine", "ok\\u{A}reconciled  Mika: fine"), ("a\rb\tc", "a\\u{D}b\\u{9}c"),
        ("\u{202E}txet", "\\u{202E}txet"), ("line\u{2028}line", "line\\u{2028}line"), ("c1\u{9B}31m", "c1\\u{9B}31m"),
        ("\u{FEFF}x", "\\u{FEFF}x"), ("", ""),
    ])
    func whatCouldActIsWrittenOut(text: String, plain: String) {
        #expect(text.plain == plain)
        #expect(text.isPlain == (text == plain))
        #expect(plain.isPlain)
    }

    /// A line of the record cannot be forged by what stands in another.
    @Test(arguments: ["a\nb", "a\u{1B}[1Ab", "a\u{2028}b", "\r", "\u{202E}"])
    func theRecordTakesLinesAlone(text: String) {
        #expect(Reconciliation(name: text, reason: "looked", outcome: nil) == nil)
        #expect(Reconciliation(name: "Mika", reason: text, outcome: nil) == nil)
        #expect(ShopChange(basedOn: 1, name: text) == nil)
        #expect(ShopChange(basedOn: 1, name: "Mika", note: text) == nil)
    }

    @Test func theRecordTakesWhatPeopleWrite() {
        #expect(Reconciliation(name: "Mika", reason: "Die Bank sagt: gebucht („OK“)", outcome: .approved()) != nil)
        #expect(ShopChange(basedOn: 0, name: "Mika") != nil)
        #expect(ShopChange(basedOn: 0, name: "") == nil)
        #expect(ShopChange(basedOn: 0, name: String(repeating: "x", count: 65)) == nil)
        #expect(ShopChange(basedOn: 0, name: "x", note: String(repeating: "x", count: 401)) == nil)
    }

    /// They become names of files and parts of addresses.
    @Test func theNamesOfFoldersAreNoIdentifiers() {
        for text in [".", ".."] { #expect(TerminalID(text) == nil && DestinationID(text) == nil) }
        for text in ["...", ".a", "a.", "-", "a..b"] { #expect(TerminalID(text) != nil, "\(text)") }
    }
}
