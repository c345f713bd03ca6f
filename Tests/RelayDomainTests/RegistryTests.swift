import RelayDomain
import Testing

/// One bad entry refuses the whole shop and says where it stands.
@Suite struct RegistryTests {
    let bank = DestinationID("bank")!

    func shop(_ change: (inout Shop) -> Void = { _ in }) -> Shop {
        var shop = Shop(
            destinations: [.init(id: bank, kind: ReasonCode("echo")!)],
            applications: [
                .init(
                    id: ApplicationID("pay")!, operatedBy: OperatorID("op")!, functions: [.payment], destination: bank)
            ],
            terminals: [.init(id: TerminalID("t-1")!), .init(id: TerminalID("t-2")!, pairedWith: POSID("till"))],
            pos: [POSID("till")!])
        change(&shop)
        return shop
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
                    id: ApplicationID("pay")!, operatedBy: OperatorID("op")!, functions: [.payment],
                    destination: DestinationID("gone")!)
            }?.hasPrefix("applications[0].destination: \"gone\"") == true)
    }

    @Test func rulesOverlapWhenSomeCodeCouldMatchBoth() {
        #expect(mistake { $0.scanRules = [rule(16...16, "29"), rule(10...20, "2")] }?.contains("overlaps") == true)
        #expect(mistake { $0.scanRules = [rule(16...16, "29"), rule(16...16, "")] }?.contains("overlaps") == true)
        #expect(mistake { $0.scanRules = [rule(16...16, "29"), rule(16...16, "28")] } == nil)
        #expect(mistake { $0.scanRules = [rule(16...16, "29"), rule(17...20, "29")] } == nil)
        #expect(mistake { $0.scanRules = [rule(16...16, "29"), rule(16...16, "29", symbology: .code128)] } == nil)
    }

    @Test func aRuleMatchesBySymbologyLengthAndPrefix() {
        let rule = rule(4...6, "29")
        #expect(rule.matches(.qr, "2900"))
        #expect(!rule.matches(.qr, "290"))
        #expect(!rule.matches(.qr, "3000"))
        #expect(!rule.matches(.ean13, "2900"))
    }
}
