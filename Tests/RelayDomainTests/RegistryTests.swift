import RelayDomain
import RelayTesting
import Testing

/// One bad entry refuses the whole shop and says where it stands.
@Suite(.timeLimit(.minutes(2))) struct RegistryTests {
    let bank = DestinationID("bank")!

    func shop(_ change: (inout Shop) -> Void = { _ in }) -> Shop {
        var shop = Shop(
            destinations: [.init(id: bank, kind: ReasonCode("echo")!)],
            applications: [
                .init(
                    id: ApplicationID("pay")!, issuer: IssuerID("op")!, functions: [.payment], destination: bank)
            ],
            terminals: [.init(id: TerminalID("t-1")!), .init(id: TerminalID("t-2")!, pairedWith: POSID("till"))],
            pos: [POSID("till")!])
        change(&shop)
        return shop
    }

    /// What a terminal is called at a destination that nobody registered would reach nobody.
    @Test func attributesAreForRegisteredDestinations() {
        let attributes = Attributes([AttributeName("merchant")!: AttributeValue("4711")!])!
        func terminals(_ destination: String) -> [Shop.Terminal] {
            [.init(id: TerminalID("t-1")!, at: [DestinationID(destination)!: attributes])]
        }
        #expect(mistake { $0.terminals = terminals("bank") } == nil)
        let found = mistake { $0.terminals = terminals("bnk") }
        #expect(found?.hasPrefix("terminals[0].at.bnk: \"bnk\" is not registered") == true)
    }

    func rule(_ length: ClosedRange<Int>, _ prefix: String, symbology: Symbology = .qr) -> ScanRule {
        ScanRule(
            symbology: symbology, length: length, prefix: prefix, application: ApplicationID("pay")!,
            operation: .payment)
    }

    func mistake(_ change: (inout Shop) -> Void) -> String? {
        do {
            _ = try Registry(shop(change), version: 1)
            return nil
        } catch { return error.description }
    }

    @Test func aSoundShopCanBeLookedUp() throws {
        let registry = try Registry(shop(), version: 3)
        #expect(registry.terminal(TerminalID("t-2")!)?.pairedWith == POSID("till"))
        #expect(registry.terminal(pairedWith: POSID("till")!) == TerminalID("t-2"))
        #expect(registry.application(ApplicationID("pay")!)?.destination == bank)
        #expect(registry.gatewayTables.version == 3)
    }

    @Test func everyMistakeIsNamedWithItsPlace() {
        #expect(
            mistake { $0.terminals.append(.init(id: TerminalID("t-3")!, pairedWith: POSID("none")!)) }?
                .hasPrefix("terminals[2].pairedWith: \"none\" is not registered") == true)
        #expect(
            mistake { $0.terminals.append(.init(id: TerminalID("t-3")!, pairedWith: POSID("till")!)) }?
                .hasPrefix("terminals[2].pairedWith: \"till\" is paired with \"t-2\" already") == true)
        #expect(
            mistake { $0.terminals.append(.init(id: TerminalID("t-1")!)) }?
                .hasPrefix("terminals[2].id: \"t-1\" stands here a second time") == true)
        #expect(
            mistake {
                $0.applications[0] = .init(
                    id: ApplicationID("pay")!, issuer: IssuerID("op")!, functions: [.payment],
                    destination: DestinationID("gone")!)
            }?.hasPrefix("applications[0].destination: \"gone\"") == true)
    }

    func branch(_ id: String = "corner", name: String = "Corner", programs: [String] = []) -> Shop.Branch {
        Shop.Branch(
            id: ShopID(id)!, name: name, currency: CurrencyCode("EUR")!, timeZone: TimeZoneName("Europe/Berlin")!,
            programs: programs.map { ProgramID($0)! })
    }

    @Test func whereShopsAreRegisteredEachTerminalStandsInOne() throws {
        func placed(_ id: String, _ shop: String?) -> Shop.Terminal {
            Shop.Terminal(id: TerminalID(id)!, shop: shop.map { ShopID($0)! })
        }
        let sound = shop {
            $0.shops = [branch(), branch("kiosk")]
            $0.terminals = [placed("t-1", "corner"), placed("t-2", "kiosk")]
        }
        #expect(try Registry(sound, version: 1).shop(ShopID("kiosk")!) == branch("kiosk"))
        #expect(mistake { $0.shops = [branch()] }?.hasPrefix("terminals[0].shop: is missing") == true)
        #expect(
            mistake { $0.terminals = [placed("t-1", "gone")] }?.hasPrefix("terminals[0].shop: \"gone\" is not reg")
                == true)
        #expect(mistake { $0.shops = [branch(), branch()] }?.hasPrefix("shops[1].id: \"corner\" stands") == true)
    }

    @Test func aShopsNameAndProgramsAreReadable() {
        func mistake(_ shop: Shop.Branch) -> String? { self.mistake { ($0.shops, $0.terminals) = ([shop], []) } }
        #expect(mistake(branch(name: "Bäckerei 你好")) == nil)
        for name in ["", "a\nb", String(repeating: "x", count: 65)] {
            #expect(mistake(branch(name: name))?.hasPrefix("shops[0].name: 1 to 64 characters") == true, "\(name)")
        }
        #expect(
            mistake(branch(programs: ["stars", "stars"]))?.hasPrefix("shops[0].programs: \"stars\" stands") == true)
        #expect(mistake(branch(programs: ["eur"]))?.contains("would be taken for a currency") == true)
        #expect(mistake(branch(programs: (0..<33).map { "p-\($0)" }))?.contains("more than 32") == true)
    }

    @Test func rulesOverlapWhenSomeCodeCouldMatchBoth() {
        #expect(mistake { $0.scanRules = [rule(16...16, "29"), rule(10...20, "2")] }?.contains("overlaps") == true)
        #expect(mistake { $0.scanRules = [rule(16...16, "29"), rule(16...16, "")] }?.contains("overlaps") == true)
        #expect(mistake { $0.scanRules = [rule(16...16, "29"), rule(16...16, "28")] } == nil)
        #expect(mistake { $0.scanRules = [rule(16...16, "29"), rule(17...20, "29")] } == nil)
        #expect(mistake { $0.scanRules = [rule(16...16, "29"), rule(16...16, "29", symbology: .code128)] } == nil)
    }

    @Test(arguments: Symbology.allCases)
    func aRuleForAnySymbologyOverlapsThoseOfEach(symbology: Symbology) {
        let (any, other) = (rule(16...16, "29", symbology: .any), rule(16...20, "2", symbology: symbology))
        #expect(mistake { $0.scanRules = [any, other] }?.contains("overlaps") == true)
        #expect(mistake { $0.scanRules = [other, any] }?.contains("overlaps") == true)
        #expect(mistake { $0.scanRules = [any, rule(16...16, "28", symbology: symbology)] } == nil)
        #expect(mistake { $0.scanRules = [any, rule(17...17, "29", symbology: symbology)] } == nil)
    }

    /// The definition, and slow: each rule after the other, compared with all before it.
    func firstMistake(_ rules: [ScanRule]) -> ShopError? {
        for (index, rule) in rules.enumerated() {
            if rule.application != ApplicationID("pay")! {
                return ShopError(.scanRules, index, "application", .notRegistered(rule.application.text))
            }
            if rule.operation != .payment {
                return ShopError(.scanRules, index, "operation", .functionMismatch(rule.application.text))
            }
            if let other = rules[..<index].firstIndex(where: rule.overlaps) {
                return ShopError(.scanRules, index, nil, .overlaps(entry: other + 1))
            }
        }
        return nil
    }

    func randomRule(_ random: inout SeededGenerator) -> ScanRule {
        let shortest = Int.random(in: 1...12, using: &random)
        let characters = (0..<Int.random(in: 0...3, using: &random)).map { _ in
            ["1", "2", "e", "\u{E9}", "e\u{301}", "x", "x\u{301}", "\u{4E00}"].randomElement(using: &random)!
        }
        return ScanRule(
            symbology: [.qr, .qr, .qr, .ean13, .any].randomElement(using: &random)!,
            length: shortest...(shortest + Int.random(in: 0...1, using: &random)), prefix: characters.joined(),
            application: ApplicationID(Int.random(in: 0..<40, using: &random) == 0 ? "gone" : "pay")!,
            operation: Int.random(in: 0..<40, using: &random) == 0 ? .redeem : .payment)
    }

    @Test func theFirstMistakeIsFoundAsIfEachRuleWereComparedWithEach() {
        var random = SeededGenerator(seed: 1)
        var (sound, overlaps, others) = (0, 0, 0)
        for round in 0..<3_000 {
            let rules = (0..<Int.random(in: 0...16, using: &random)).map { _ in randomRule(&random) }
            var found: ShopError?
            do {
                _ = try Registry(shop { $0.scanRules = rules }, version: 1)
            } catch {
                found = error
            }
            #expect(found == firstMistake(rules), "round \(round)")
            switch found?.problem {
            case nil: sound += 1
            case .overlaps?: overlaps += 1
            default: others += 1
            }
        }
        #expect(sound > 100 && overlaps > 100 && others > 100, "\(sound) sound, \(overlaps) overlap, \(others) others")
    }

    /// Compared each with each they would take minutes.
    @Test func manyRulesAreCheckedSoonEnough() {
        var rules = (0..<50_000).map { rule(16...16, String(100_000 + $0)) }
        rules += (1...1_000).map { rule(($0 + 100)...($0 + 100), "100") }
        rules += [rule(17...17, ""), rule(18...20, "1"), rule(16...16, "2")]
        #expect(mistake { $0.scanRules = rules } == nil)
        rules[45_000] = rule(16...17, "100007")
        let found = mistake { $0.scanRules = rules }
        #expect(found?.hasPrefix("scanRules[45000]: overlaps the rule that is entry 8;") == true)
    }

    @Test func aRuleMatchesBySymbologyLengthAndPrefix() {
        let rule = rule(4...6, "29")
        #expect(rule.matches(.qr, "2900"))
        #expect(!rule.matches(.qr, "290"))
        #expect(!rule.matches(.qr, "3000"))
        #expect(!rule.matches(.ean13, "2900"))
    }

    @Test func aRuleForAnySymbologyMatchesScannersThatNameNone() {
        let any = rule(4...6, "29", symbology: .any)
        for symbology in Symbology.allCases { #expect(any.matches(symbology, "2900")) }
        #expect(!rule(4...6, "29").matches(.any, "2900"), "nobody knows that it is a QR code")
    }

    /// A flag is one character of two scalars, and `é` is written in two ways.
    @Test func lengthsAndPrefixesCountScalars() {
        let flags = "\u{1F1E9}\u{1F1EA}\u{1F1EA}\u{1F1F8}"
        #expect(rule(4...4, "").matches(.qr, flags))
        #expect(!rule(2...2, "").matches(.qr, flags))
        #expect(rule(4...4, "\u{1F1E9}").matches(.qr, flags))
        #expect(rule(3...3, "").matches(.qr, "e\u{301}x"))
        #expect(rule(3...3, "e").matches(.qr, "e\u{301}x"))
        #expect(!rule(3...3, "\u{E9}").matches(.qr, "e\u{301}x"))
        #expect(!rule(2...3, "\u{E9}").overlaps(rule(2...3, "e\u{301}")))
        #expect(rule(2...3, "e").overlaps(rule(2...3, "e\u{301}")))
    }
}
