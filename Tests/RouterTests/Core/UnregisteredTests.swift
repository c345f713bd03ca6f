import RelayDomain
import RouterTesting
import Testing

@testable import Router

/// A session is for devices that the registry names.
@Suite(.timeLimit(.minutes(2))) struct UnregisteredTests {
    private func change(_ world: inout World, _ change: (inout Shop) -> Void) throws {
        var shop = World.registry.shop
        change(&shop)
        world.step(.registryChanged(try Registry(shop, version: 2)))
    }

    private func ended(in world: World) -> [Device] {
        world.outputs.compactMap {
            if case .order(.sessionUnregistered(let session), _) = $0 { session.device } else { nil }
        }
    }

    @Test func aTerminalThatIsRemovedLosesItsSessionAtOnce() throws {
        var world = World()
        try change(&world) { $0.terminals.removeAll { $0.id == World.alone } }
        #expect(ended(in: world) == [.terminal(World.alone)])
        #expect(world.core.devicesOnline == 2)
    }

    @Test func aPOSThatIsUnpairedLosesItsSessionAtOnce() throws {
        var world = World()
        try change(&world) { $0.terminals[1] = Shop.Terminal(id: World.paired) }
        #expect(ended(in: world) == [.pos(World.till)])
    }

    @Test func whatIsNotTouchedStays() throws {
        var world = World()
        try change(&world) { $0.terminals.append(Shop.Terminal(id: TerminalID("counter-9")!)) }
        #expect(ended(in: world).isEmpty)
    }

    @Test(arguments: [
        ("till-9", Refused(.unknownPOS)), ("till-3", Refused(.posOffline, detail: Refused.pairedWithNone)),
    ])
    func aPOSHearsWhatIsMissing(pos: String, refused: Refused) throws {
        var world = World()
        try change(&world) { $0.pos.append(POSID("till-3")!) }
        let device = Device.pos(POSID(pos)!)
        world.connect(device)
        #expect(
            world.outputs.contains { if case .order(.claimRefused(device, refused), _) = $0 { true } else { false } })
    }
}
