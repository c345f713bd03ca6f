import Foundation
import RelayDomain
import Testing

/// Sums as people read and type them.
@Suite(.timeLimit(.minutes(2))) struct AmountTextTests {
    /// `EUR 978 2`, `XAU 959 N.A.`: the facts of ISO's own list, without its words.
    private static func isoList() throws -> [String: Int?] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "iso4217.txt")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
        return Dictionary(
            uniqueKeysWithValues: lines.map { line in
                let fields = line.split(separator: " ")
                return (String(fields[0]), Int(fields[2]))
            })
    }

    private func sum(_ minorUnits: Int64, _ unit: String) throws -> Amount {
        let counted: Amount.Unit =
            try CurrencyCode(unit).map { .currency($0) } ?? .points(try #require(ProgramID(unit)))
        return try #require(Amount(minorUnits: minorUnits, unit: counted))
    }

    @Test func everyCodeHasTheDecimalsOfISOsList() throws {
        let list = try Self.isoList()
        #expect(list.count == 178)
        let letters = (UInt8(ascii: "A")...UInt8(ascii: "Z")).map { String(UnicodeScalar($0)) }
        for first in letters {
            for second in letters {
                for third in letters {
                    let code = first + second + third
                    #expect(CurrencyCode(code)?.exponent == list[code] ?? nil, "\(code)")
                }
            }
        }
    }

    @Test(arguments: [
        (102, "EUR", "1.02 EUR"), (5, "EUR", "0.05 EUR"), (0, "EUR", "0.00 EUR"), (1250, "JPY", "1250 JPY"),
        (1250, "KWD", "1.250 KWD"), (7, "UYW", "0.0007 UYW"), (100, "bakery-points", "100 bakery-points"),
        (999_999_999_999, "EUR", "9999999999.99 EUR"), (1250, "XTS", "1250 minor units of XTS"),
        (1250, "QQQ", "1250 minor units of QQQ"),
    ])
    func sumsAreReadWithTheirDecimals(minorUnits: Int64, unit: String, text: String) throws {
        #expect(try sum(minorUnits, unit).description == text)
    }

    @Test(arguments: [
        ("1250 EUR", 125_000, "EUR"), ("1250 eur", 125_000, "EUR"), ("9.90 Eur", 990, "EUR"), ("9.9 EUR", 990, "EUR"),
        ("0.05 EUR", 5, "EUR"), ("1250 JPY", 1250, "JPY"), ("1.25 KWD", 1250, "KWD"), ("100 stars", 100, "stars"),
        ("100 eur-stars", 100, "eur-stars"), ("0 EUR", 0, "EUR"), ("007.50 EUR", 750, "EUR"),
        (" 12.50   EUR ", 1250, "EUR"),
        ("9999999999.99 EUR", 999_999_999_999, "EUR"),
    ])
    func whatIsTypedIsMoney(text: String, minorUnits: Int64, unit: String) throws {
        #expect(try Amount(typed: text) == sum(minorUnits, unit))
    }

    @Test(arguments: [
        "", "1250", "EUR", "EUR 1250", "1250EUR", "-1 EUR", "+1 EUR", "1 EUR x", ".5 EUR", "5. EUR", "1,50 EUR",
        "1.250.00 EUR",
        "1e3 EUR", "0x10 EUR", "١٢ EUR", "1 €", "1 a b", "1.5.0 EUR",
    ])
    func whatIsNoSumIsRefused(text: String) {
        #expect(throws: AmountMistake.form) { try Amount(typed: text) }
    }

    @Test func aMistakeSaysWhatToType() throws {
        func sentence(_ text: String) -> String? {
            do throws(AmountMistake) { return "\(try Amount(typed: text))" } catch { return "\(error)" }
        }
        #expect(sentence("9.905 EUR") == "EUR has 2 decimals: type a sum such as 12.50 EUR.")
        #expect(sentence("1250.5 JPY") == "JPY has no decimals: type a sum such as 1250 JPY.")
        #expect(sentence("1.2345 kwd") == "KWD has 3 decimals: type a sum such as 12.500 KWD.")
        #expect(sentence("1.5 stars") == "Points are whole, such as 100 sandbox-points.")
        #expect(sentence("10000000000 EUR") == "The largest sum is 9999999999.99 EUR.")
        #expect(sentence("99999999999999999999999999 EUR") == "The largest sum is 9999999999.99 EUR.")
        #expect(sentence("5 XTS")?.hasPrefix("XTS is no currency with known decimals") == true)
        #expect(sentence("100 pts")?.contains("three letters are always read as a currency") == true)
    }

    /// What a display shows can be typed again, and means the same.
    @Test func whatIsShownCanBeTyped() throws {
        for code in try Self.isoList().filter({ $0.value != nil }).keys {
            for minorUnits: Int64 in [0, 1, 9, 10, 99, 100, 1250, 10_000, Amount.most] {
                let amount = try sum(minorUnits, code)
                #expect(try Amount(typed: amount.description) == amount)
                #expect(try Amount(typed: amount.description.lowercased()) == amount)
            }
        }
    }
}
