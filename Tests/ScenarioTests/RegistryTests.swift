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
}
