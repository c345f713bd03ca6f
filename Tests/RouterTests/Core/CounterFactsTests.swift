import RelayDomain
import RouterTesting
import Testing

@testable import Router

/// What a device learns of where it stands.
@Suite(.timeLimit(.minutes(2))) struct CounterFactsTests {
    private static let branch = Shop.Branch(
        id: ShopID("corner")!, name: "Corner shop", currency: CurrencyCode("EUR")!,
        timeZone: TimeZoneName("Europe/Berlin")!, programs: [ProgramID("stars")!])

    private func facts(
        of device: Device, amountRequired: Bool = false, sum: Shop.SumRule? = nil
    ) throws -> CounterFacts? {
        var world = World(amountRequired: amountRequired, devicesAreOnline: false)
        var shop = World.registry.shop
        shop.shops = [Self.branch]
        shop.terminals = shop.terminals.map {
            Shop.Terminal(id: $0.id, pairedWith: $0.pairedWith, shop: Self.branch.id, sum: sum)
        }
        shop.scanRules = [
            ScanRule(symbology: .qr, length: 20...20, prefix: "99", application: World.pay, operation: .payment)
        ]
        world.step(.registryChanged(try Registry(shop, version: 2)))
        world.connect(device)
        for case .order(.claimed(_, let facts), _) in world.outputs { return facts }
        return nil
    }

    @Test func bothDevicesOfACounterLearnTheSame() throws {
        let facts = try facts(of: .terminal(World.paired))
        #expect(
            facts
                == CounterFacts(
                    terminal: World.paired, pos: World.till, shop: Self.branch, currencies: [Self.branch.currency],
                    programs: Self.branch.programs, amountRequired: false))
        #expect(try self.facts(of: .pos(World.till)) == facts)
    }

    @Test func aSumIsRequiredWhereTheDestinationOfAScanWantsOneOrTheOperatorDoes() throws {
        let alone = Device.terminal(World.alone)
        #expect(try facts(of: alone)?.amountRequired == false)
        #expect(try facts(of: alone, amountRequired: true)?.amountRequired == true)
        #expect(try facts(of: alone, amountRequired: true, sum: .optional)?.amountRequired == false)
        #expect(try facts(of: alone, sum: .required)?.amountRequired == true)
        #expect(try facts(of: .terminal(World.paired), amountRequired: true)?.amountRequired == false)
        #expect(try facts(of: .terminal(World.paired), sum: .required)?.amountRequired == true)
    }

    /// A membership's code needs no sum: which of the two it is the relay sees when it has the code.
    @Test func whereSomeCodesNeedNoSumTheTerminalDoesNotAskForOne() throws {
        let club = DestinationID("club")!
        var world = World(amountRequired: true, devicesAreOnline: false)
        var shop = World.registry.shop
        shop.destinations.append(.init(id: club, kind: ReasonCode("sandbox")!))
        shop.applications.append(
            .init(
                id: ApplicationID("club")!, issuer: IssuerID("op")!, functions: [.accrue], destination: club))
        shop.scanRules = [
            ScanRule(symbology: .qr, length: 20...20, prefix: "99", application: World.pay, operation: .payment),
            ScanRule(
                symbology: .qr, length: 10...10, prefix: "1", application: ApplicationID("club")!, operation: .accrue),
        ]
        world.step(.registryChanged(try Registry(shop, version: 2)))
        let manifest = DestinationManifest(
            destination: club, operations: [.accrue], amountRequired: false, codesReusable: true,
            visibilityDelay: .zero, concurrent: 1)!
        world.step(.adapter(.ready(manifest), from: .adapter, PeerNumber(99)))
        world.connect(.terminal(World.alone))
        guard case .order(.claimed(_, let facts), _)? = world.outputs.first else {
            return #expect(Bool(false), "no session")
        }
        #expect(!facts.amountRequired)
    }

    @Test func aRegistryWithoutShopsSaysNothing() {
        var world = World(devicesAreOnline: false)
        world.connect(.terminal(World.alone))
        for case .order(.claimed(_, let facts), _) in world.outputs {
            #expect(facts == CounterFacts(terminal: World.alone))
        }
    }
}
