import RelayDomain
import Testing

@testable import Baton

/// What `shop.yaml` may hold, and how a mistake in it is told.
@Suite(.timeLimit(.minutes(2))) struct ShopFileTests {
    private static let good = """
        version: 1
        destinations:
          - {id: sandbox, kind: sandbox}
        applications:
          - id: pay
            issuer: sandbox
            functions: [payment]
            destination: sandbox
          - {id: points, issuer: sandbox, functions: [accrue, redeem], destination: sandbox}
        terminals:
          - id: counter-1
          - id: counter-2
            pairedWith: till-1
        pos:
          - id: till-1
        scanRules:
          - {symbology: qr, length: 16-19, prefix: "99", application: pay, operation: payment}
          - {symbology: qr, length: 20, prefix: "99", application: pay, operation: payment}
        """

    @Test func aGoodFileIsReadAsItIsWritten() throws {
        let shop = try ShopFile(Self.good, name: "shop.yaml").shop
        #expect(shop.destinations.map(\.id.text) == ["sandbox"])
        #expect(shop.applications[1].functions == [.accrue, .redeem])
        #expect(shop.terminals.map(\.pairedWith?.text) == [nil, "till-1"])
        #expect(shop.scanRules.map(\.length) == [16...19, 20...20])
        #expect(shop.scanRules.map(\.prefix) == ["99", "99"])
    }

    @Test func theTextOfAShopReadsBackAsTheSameShop() throws {
        let shop = try ShopFile(Self.good, name: "shop.yaml").shop
        #expect(try ShopFile(ShopText.yaml(of: shop), name: "again").shop == shop)
        #expect(try ShopFile(ShopText.yaml(of: Shop()), name: "empty").shop == Shop())
    }

    @Test func wordsThatYAMLTakesForNumbersAndSwitchesStayWords() throws {
        let shop = try ShopFile("version: 1\npos: [{id: 007}, {id: no}, {id: 1e3}, {id: 0x1F}]", name: "s").shop
        #expect(shop.pos.map(\.text) == ["007", "no", "1e3", "0x1F"])
        #expect(try ShopFile(ShopText.yaml(of: shop), name: "again").shop == shop)
    }

    private static let withShops = """
        version: 1
        shops:
          - {id: corner, name: "Bäckerei: an der Ecke", currency: EUR, timeZone: Europe/Berlin, programs: [stars]}
          - {id: kiosk, name: Kiosk, currency: JPY, timeZone: Asia/Tokyo}
        terminals:
          - {id: counter-1, shop: corner, sum: required}
          - {id: counter-2, shop: kiosk}
        """

    @Test func shopsAreReadAndWrittenAsTheyAre() throws {
        let shop = try ShopFile(Self.withShops, name: "s").shop
        #expect(shop.shops.map(\.name) == ["Bäckerei: an der Ecke", "Kiosk"])
        #expect(shop.shops.map(\.currency.text) == ["EUR", "JPY"])
        #expect(shop.shops.first?.programs.map(\.text) == ["stars"])
        #expect(shop.terminals.map(\.shop?.text) == ["corner", "kiosk"])
        #expect(shop.terminals.map(\.sum) == [.required, nil])
        #expect(try ShopFile(ShopText.yaml(of: shop), name: "again").shop == shop)
    }

    private static let withAttributes = """
        version: 1
        destinations: [{id: bank, kind: my-bank}]
        terminals:
          - id: counter-1
            at:
              bank: {merchant: 0815, store: "2 b"}
          - {id: counter-2}
        """

    @Test func whatATerminalIsCalledAtADestinationIsReadAndWritten() throws {
        let shop = try ShopFile(Self.withAttributes, name: "s").shop
        let attributes = shop.terminals.first?.at[DestinationID("bank")!]
        #expect(
            attributes?[AttributeName("merchant")!]?.text == "0815"
                && attributes?[AttributeName("store")!]?.text == "2 b")
        #expect(shop.terminals.last?.at == [:])
        #expect(try ShopFile(ShopText.yaml(of: shop), name: "again").shop == shop)
    }

    private static let mistakesInAttributes: [(String, String, String)] = [
        ("bank: {", "bnk: {", "s:6: terminals[0].at.bnk: \"bnk\" is not registered"),
        ("{merchant: 0815, store: \"2 b\"}", "4711", "s:6: terminals[0].at.bank: keys with values are expected"),
        ("merchant: 0815", "mer chant: 0815", "s:6: terminals[0].at.bank.mer chant: a name of 1 to 32"),
        ("merchant: 0815", "merchant: []", "s:6: terminals[0].at.bank.merchant: a name of 1 to 32"),
        ("merchant: 0815", "merchant: \"\\n\"", "s:6: terminals[0].at.bank.merchant: a name of 1 to 32"),
    ]

    @Test(arguments: mistakesInAttributes)
    func aMistakeInAttributesNamesItsLine(present: String, changed: String, beginning: String) throws {
        let text = Self.withAttributes.replacing(present, with: changed, maxReplacements: 1)
        #expect(text != Self.withAttributes)
        let mistake = #expect(throws: ShopMistake.self) { try ShopFile(text, name: "s") }
        #expect(mistake?.description.hasPrefix(beginning) == true, "\(mistake?.description ?? "")")
    }

    private static let mistakesInShops: [(String, String, String)] = [
        ("shop: kiosk", "shop: gone", "s:7: terminals[1].shop: \"gone\" is not registered"),
        ("counter-2, shop: kiosk", "counter-2", "s:7: terminals[1].shop: is missing; where shops are registered"),
        ("sum: required", "sum: always", "s:6: terminals[0].sum: one of required, optional is expected"),
        ("currency: EUR", "currency: eur", "s:3: shops[0].currency: a currency's three capital letters"),
        ("Europe/Berlin", "Europe/Berlinn", "s:3: shops[0].timeZone: a name of the IANA time zone database"),
        ("Europe/Berlin", "+02:00", "s:3: shops[0].timeZone: a name of the IANA time zone database"),
        (", timeZone: Asia/Tokyo", "", "s:4: shops[1].timeZone: is missing"),
        ("[stars]", "[eur]", "s:3: shops[0].programs: \"eur\" would be taken for a currency"),
        ("[stars]", "stars", "s:3: shops[0].programs: a list is expected"),
        ("id: kiosk", "id: corner", "s:4: shops[1].id: \"corner\" stands here a second time"),
    ]

    @Test(arguments: mistakesInShops)
    func aMistakeInAShopNamesItsLineAndItsKey(present: String, changed: String, beginning: String) throws {
        let text = Self.withShops.replacing(present, with: changed, maxReplacements: 1)
        #expect(text != Self.withShops)
        let mistake = #expect(throws: ShopMistake.self) { try ShopFile(text, name: "s") }
        #expect(mistake?.description.hasPrefix(beginning) == true, "\(mistake?.description ?? "")")
    }

    @Test func listsMayBeAbsentOrEmpty() throws {
        #expect(try ShopFile("version: 1\nterminals:\npos: []\n", name: "s").shop == Shop())
    }

    @Test func theSampleShopHasNoMistake() throws {
        let shop = try ShopFile.read(sampleShopPath).shop
        #expect(shop.terminals.contains { $0.pairedWith == nil } && shop.terminals.contains { $0.pairedWith != nil })
    }

    private static let mistakes: [(String, String, String)] = [
        // What is changed in the good file, into what, and how the mistake begins.
        ("version: 1", "version: 2", "shop.yaml:1: version: this build reads version 1"),
        ("version: 1\n", "", "shop.yaml:1: version: is missing"),
        ("pairedWith: till-1", "pairedWith: till-9", "shop.yaml:13: terminals[1].pairedWith: \"till-9\" is not regist"),
        (
            "- id: counter-1", "- {id: counter-1, pairedWith: till-1}",
            "shop.yaml:13: terminals[1].pairedWith: \"till-1\""
        ),
        ("id: counter-2", "id: counter-1", "shop.yaml:12: terminals[1].id: \"counter-1\" stands here a second time"),
        ("length: 20", "length: 18-20", "shop.yaml:18: scanRules[1]: overlaps the rule on line 17"),
        ("length: 20", "length: 20-18", "shop.yaml:18: scanRules[1].length: a number"),
        ("length: 20", "length: 5000", "shop.yaml:18: scanRules[1].length: a number"),
        ("length: 20", "length: -3", "shop.yaml:18: scanRules[1].length: a number"),
        (
            "symbology: qr, length: 20", "symbology: aztec, length: 20",
            "shop.yaml:18: scanRules[1].symbology: one of qr"
        ),
        (
            "- id: till-1", "- name: till-1",
            "shop.yaml:15: pos[0].name: is not a key that is allowed here; allowed are id"
        ),
        ("- id: till-1", "- id: till 1", "shop.yaml:15: pos[0].id: 1 to 64 letters"),
        ("- id: till-1", "- id:", "shop.yaml:15: pos[0].id: is empty"),
        ("- id: till-1", "- [till-1]", "shop.yaml:15: pos[0]: keys with values are expected: id"),
        ("functions: [payment]", "functions: []", "shop.yaml:7: applications[0].functions: is empty"),
        ("functions: [payment]", "functions: [refund]", "shop.yaml:7: applications[0].functions: one of payment"),
        ("functions: [payment]", "functions: payment", "shop.yaml:7: applications[0].functions: a list is expected"),
        ("    destination: sandbox\n", "    destination: bank\n", "shop.yaml:8: applications[0].destination: \"bank\""),
        ("    destination: sandbox\n", "", "shop.yaml:5: applications[0].destination: is missing"),
        ("operation: payment}\n", "operation: redeem}\n", "shop.yaml:17: scanRules[0].operation: application \"pay\""),
        ("scanRules:", "scanrules:", "shop.yaml:16: scanrules: is not a key that is allowed here"),
        ("- id: counter-1", "- id: [counter-1", "shop.yaml:12: not YAML"),
        ("- id: till-1", "- {id: till-1, id: till-2}", "shop.yaml:15: the key id occurs twice"),
        ("- id: till-1", "- {id: till-1, \"id\": till-2}", "shop.yaml:15: the key id occurs twice"),
        ("- id: till-1", "- {id: till-1, \"\\x69d\": till-2}", "shop.yaml:15: the key id occurs twice"),
        ("- id: till-1", "- {id: till-1, !own id: till-2}", "shop.yaml:15: pos[0].id: occurs twice"),
        ("version: 1\n", "version: 1\nversion: 1\n", "shop.yaml:1: the key version occurs twice"),
        (
            "symbology: qr, length: 20", "symbology: any, length: 16",
            "shop.yaml:18: scanRules[1]: overlaps the rule on line 17"
        ),
    ]

    @Test(arguments: mistakes)
    func aMistakeNamesItsLineAndItsKey(present: String, changed: String, beginning: String) throws {
        let text = Self.good.replacing(present, with: changed, maxReplacements: 1)
        #expect(text != Self.good)
        let mistake = #expect(throws: ShopMistake.self) { try ShopFile(text, name: "shop.yaml") }
        let description = mistake?.description ?? ""
        #expect(description.hasPrefix(beginning), "\(description)")
        #expect(!description.contains("\n"))
    }

    @Test(arguments: [
        "", "# nothing\n", "[]", "just text", "version: 1\n---\nversion: 1\n", "\u{0}", "a: &a [*a]", "- - -",
    ])
    func whatIsNoShopFileIsRefusedWithALine(text: String) {
        let mistake = #expect(throws: ShopMistake.self) { try ShopFile(text, name: "s") }
        #expect(mistake?.description.hasPrefix("s:") == true, "\(String(describing: mistake))")
    }

    /// Nested aliases make a few lines into gigabytes, as values and as keys; nested lists cost the reader its stack.
    @Test(arguments: [
        "a: &a [x, x]\nb: &b [*a, *a]", "? &a [x]\n: 1\n? [*a]\n: 2", "version: 1\npos: [{id: *a}]", "- &a x",
        "a: !t &a x", "a:\n  &a x", "{&a x: 1}", "[&a x]", "{\"k\":&a x}", "? *a\n: 1", "&a a: 1", "- - &a x",
        "a: 'x'\nb: *a", "# \"\na: *a", "a: x\r&b y: 1", "a: x\u{85}&b y: 1", "a: x\u{2028}*b : 1", "{?&a b}",
        "a: |\n  \"\nb: *c",
        "a: x\n  \"y\nb: *z", "- a - 'x\n- *b", "{'a':&x b}", "[[a]:&x b]", "\u{FEFF}&a b",
    ])
    func anchorsAndAliasesAreRefused(text: String) {
        let mistake = #expect(throws: ShopMistake.self) { try ShopFile(text, name: "s") }
        #expect(mistake?.sentence.contains("anchors (&name)") == true, "\(String(describing: mistake))")
    }

    @Test(arguments: [
        String(repeating: "[", count: 100_000), "a: " + String(repeating: "{a: ", count: 100_000),
        String(repeating: "- ", count: 100_000), String(repeating: "? ", count: 100_000),
        "a:\n" + (0..<2_000).map { String(repeating: " ", count: $0) + "- \n" }.joined(),
        String(repeating: "[", count: 900) + String(repeating: "]", count: 900),
    ])
    func deepNestingCostsAMistakeAndNothingElse(text: String) {
        #expect(throws: ShopMistake.self) { try ShopFile(text, name: "s") }
    }

    @Test(arguments: [
        "Fish & Chips", "5 * 3", "\"& Co\"", "'*'", "a-&-b", "R&D", "\"a \\\" & b\"", "'it''s & b'", "A & B", "\"*99\"",
        "x*y",
    ])
    func theyMeanNothingWithinAText(name: String) throws {
        let text = "version: 1\nshops: [{id: s, name: \(name), currency: EUR, timeZone: UTC}]"
        #expect(try ShopFile(text, name: "s").shop.shops.count == 1)
    }

    /// YAML 1.1 reads them as truth values, nothing, or numbers; other tools do.
    @Test(arguments: ["no", "Yes", "NULL", "on", "off", "true", "y", "nan"])
    func wordsThatYAMLTakesForSomethingElseAreQuoted(word: String) throws {
        let shop = Shop(pos: [try #require(POSID(word))])
        #expect(ShopText.yaml(of: shop).contains("{id: \"\(word)\"}"))
        #expect(try ShopFile(ShopText.yaml(of: shop), name: "again").shop == shop)
    }

    @Test func theDifferenceNamesWhatIsAddedRemovedAndChanged() throws {
        let old = try ShopFile(Self.good, name: "s").shop
        var new = old
        new.terminals = [.init(id: TerminalID("counter-2")!), .init(id: TerminalID("counter-3")!)]
        new.scanRules.removeLast()
        #expect(
            ShopDifference(from: old, to: new).lines == [
                "- terminals {id: counter-1}",
                #"- scanRules {symbology: qr, length: 20, prefix: "99", application: pay, operation: payment}"#,
                "~ terminals counter-2: pairedWith till-1 → none", "+ terminals {id: counter-3}",
            ])
        #expect(ShopDifference(from: old, to: old).isEmpty)
    }

    @Test func theOrderOfEntriesIsNoDifference() throws {
        let old = try ShopFile(Self.good, name: "s").shop
        var new = old
        new.terminals.reverse()
        #expect(ShopDifference(from: old, to: new).isEmpty)
    }
}
