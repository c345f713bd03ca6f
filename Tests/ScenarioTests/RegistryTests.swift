import RelayDomain
import Testing

@testable import Router

/// Operators who change the shop.
@Suite struct RegistryWritingTests {
    let shop = Shop(terminals: [.init(id: World.alone)])

    func apply(_ world: inout World) -> ReturnAddress {
        let address = world.address(World.ingress)
        world.step(.request(.apply(shop), address))
        return address
    }

    func writing(_ world: World) -> Registry? {
        for case .writeRegistry(let registry, _) in world.outputs { return registry }
        return nil
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
            world.step(.adapter(.ready(manifest), World.adapter))
            let address = world.address(World.ingress)
            world.step(.request(.apply(World.registry.shop), address))
            world.step(.registryWritten(try #require(writing(world)), address))
            guard case .registry(_, _, let applied)? = world.answer(to: address) else { return ["no answer"] }
            let again = world.address(World.ingress)
            world.step(.request(.getShop, again))
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
