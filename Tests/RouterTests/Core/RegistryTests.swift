import RelayDomain
import RelayTesting
import RouterTesting
import Testing

@testable import Router

/// Operators who change the shop.
@Suite(.timeLimit(.minutes(2))) struct RegistryWritingTests {
    let shop = Shop(terminals: [.init(id: World.alone)])

    func apply(_ world: inout World, basedOn version: UInt64? = nil) -> ReturnAddress {
        let address = world.address(World.console)
        let change = ShopChange(basedOn: version ?? world.core.registry.version, name: "Mika")!
        world.step(.request(.apply(shop, change), from: .operator, address))
        return address
    }

    func writing(_ world: World) -> Registry? {
        for case .writeRegistry(let registry, _, _) in world.outputs { return registry }
        return nil
    }

    /// Two operators compared their shops with the same registry: the second would undo the first unseen.
    @Test func aShopThatWasComparedWithAnotherRegistryIsRefused() throws {
        var world = World()
        let first = apply(&world, basedOn: 1)
        world.step(.registryWritten(try #require(writing(world)), first))
        let second = apply(&world, basedOn: 1)
        #expect(world.refusal(for: second) == .shopChanged)
        #expect(writing(world) == nil)
        #expect(world.core.registry.version == 2)
        _ = apply(&world, basedOn: 2)
        #expect(writing(world)?.version == 3)
    }

    @Test func theStoreIsAskedAboutThePast() throws {
        var world = World()
        let address = world.address(World.console)
        world.step(.request(.getShop(version: 1), from: .operator, address))
        guard case .registry(1, World.registry.shop, _)? = world.answer(to: address) else {
            return #expect(Bool(false), "it is in force")
        }
        let earlier = world.address(World.console)
        world.step(.request(.getShop(version: 7), from: .operator, earlier))
        #expect(world.outputs == [.tellPast(.version(7), earlier)])
        let history = world.address(World.console)
        world.step(.request(.shopHistory, from: .operator, history))
        #expect(world.outputs == [.tellPast(.history, history)])
    }

    @Test func oneShopIsWrittenAtATime() throws {
        var world = World()
        let first = apply(&world)
        let registry = try #require(writing(world))
        let second = apply(&world)
        #expect(world.refusal(for: second) == .overloaded)
        #expect(writing(world) == nil)
        world.step(.registryWritten(registry, first))
        #expect(world.core.registry.version == registry.version)
        _ = apply(&world)
        #expect(writing(world)?.version == registry.version + 1)
    }

    @Test func aShopThatTheDiskRefusesChangesNothing() throws {
        var world = World()
        let before = world.core.registry
        let address = apply(&world)
        world.step(.registryNotWritten(address))
        #expect(world.refusal(for: address) == .overloaded)
        #expect(world.core.registry == before)
        _ = apply(&world)
        #expect(writing(world)?.version == before.version + 1, "and the next is tried")
    }

    @Test func onlyTheFirstJournalsRouterWritesTheRegistry() {
        var world = World()
        world.core = RouterCore(
            Recovered(journal: 1, journals: 2, term: 1, sequence: 0, unfinished: []), registry: World.registry)
        let address = apply(&world)
        #expect(world.refusal(for: address) == .notYours)
        #expect(writing(world) == nil)
    }

    /// What the file says and what was just written cross: a registry never goes back, and gateways hear of each.
    @Test func aNewerRegistryCountsAndGatewaysHearOfIt() throws {
        var world = World()
        world.step(.registryChanged(try Registry(World.registry.shop, version: 3)))
        let told = world.outputs.compactMap { output -> PeerNumber? in
            if case .order(.tables(let tables), let address) = output, tables.version == 3 { address.peer } else { nil }
        }
        #expect(Set(told) == [World.terminals, World.tills])
        world.step(.registryChanged(try Registry(World.registry.shop, version: 2)))
        #expect(world.core.registry.version == 3)
        #expect(world.outputs.isEmpty)
    }

    /// Each journal knows its own codes: where the destination does not know them either, the operator is told.
    @Test(arguments: [1, 2])
    func aDestinationThatDoesNotKnowItsUsedCodesIsWarnedOfWhereThereAreSeveralJournals(journals: Int) throws {
        var world = World()
        world.core = RouterCore(
            Recovered(journal: 0, journals: journals, term: 1, sequence: 0, unfinished: []), registry: World.registry)
        func warnings(codesReusable: Bool, codesOnce: Bool) throws -> [String] {
            let manifest = try #require(
                DestinationManifest(
                    destination: World.bank, operations: [.payment], amountRequired: false,
                    codesReusable: codesReusable, codesOnce: codesOnce, visibilityDelay: .zero, concurrent: 1))
            world.step(.adapter(.ready(manifest), from: .adapter, World.adapter))
            let address = world.address(World.console)
            let change = try #require(ShopChange(basedOn: world.core.registry.version, name: "Mika"))
            world.step(.request(.apply(World.registry.shop, change), from: .operator, address))
            world.step(.registryWritten(try #require(writing(world)), address))
            guard case .registry(_, _, let applied)? = world.answer(to: address) else { return ["no answer"] }
            let again = world.address(World.console)
            world.step(.request(.getShop(), from: .operator, again))
            guard case .registry(_, _, let got)? = world.answer(to: again) else { return ["no answer"] }
            #expect(got == applied)
            return applied
        }
        #expect(try warnings(codesReusable: false, codesOnce: true) == [])
        #expect(try warnings(codesReusable: true, codesOnce: false) == [])
        let warned = try warnings(codesReusable: false, codesOnce: false)
        #expect(warned.count == (journals > 1 ? 1 : 0))
        #expect(warned.allSatisfy { $0.hasPrefix("bank ") })
    }
}
