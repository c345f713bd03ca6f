import RelayDomain
import RelayTesting
import RouterTesting
import Testing

@testable import Router

/// What operators see of a router, and what they may close.
@Suite(.timeLimit(.minutes(2))) struct OperatorTests {
    private func overview(_ world: inout World) throws -> Overview {
        let address = world.address(World.console)
        world.step(.request(.overview, from: .operator, address))
        guard case .overview(let overview)? = world.answer(to: address) else { throw Missing() }
        return overview
    }

    private struct Missing: Error {}

    private static let withoutBank = Shop(terminals: [.init(id: World.alone)])

    private func adopt(_ shop: Shop, _ world: inout World) throws {
        world.step(.registryChanged(try Registry(shop, version: world.core.registry.version + 1)))
    }

    @Test func anOverviewNamesWhatIsOpenAndWhoIsThere() throws {
        var world = World(adapterIsReady: false)
        world.step(.adapterOpened(World.adapter, Caller(.destinationAdapter, .said(name: "adapter-bank"))))
        world.ready(concurrent: 7)
        let (_, request) = world.askDestination()
        let open = try overview(&world)
        #expect(open.registryVersion == 1 && open.journal == 0)
        #expect(open.open == [World.bank: 1])
        #expect(open.oldest.map(\.id) == [request.transaction])
        #expect(open.oldest.first?.state == .authorizing)
        let facts = AdapterFacts(name: "adapter-bank", destination: World.bank, concurrent: 7, asked: 1)
        #expect(open.adapters == [facts])
        world.answer(request.transaction, .approved)
        #expect(try overview(&world).open.isEmpty)
        world.step(.adapter(.draining, from: .adapter, World.adapter))
        #expect(try overview(&world).adapters.map(\.isDraining) == [true])
        world.step(.adapterLost(World.adapter))
        #expect(try overview(&world).adapters.isEmpty)
    }

    @Test func aDestinationThatHangsOrHasNobodyStandsInDoubt() throws {
        var world = World(adapterIsReady: false)
        #expect(world.core.standings == [World.bank: .noAdapter])
        let before = world.core.standingsVersion
        world.ready()
        #expect(world.core.standings == [World.bank: .ready(adapters: 1)])
        #expect(world.core.standingsVersion != before)
        let (_, request) = world.askDestination()
        world.pass(.seconds(15))
        #expect(world.core.standings == [World.bank: .doubtful(adapters: 1, [.silent])])
        #expect(world.core.standings[World.bank]?.trouble?.contains("silent") == true)
        world.answer(request.transaction, .approved)
        #expect(world.core.standings == [World.bank: .ready(adapters: 1)])
    }

    @Test func anAuthorizationIsMeasuredFromItsHandingOver() throws {
        var world = World()
        let (_, request) = world.askDestination()
        world.pass(.milliseconds(420))
        world.answer(request.transaction, .approved)
        #expect(world.outputs.contains(.answered(World.bank, after: .milliseconds(420))))
    }

    @Test func aPairedCounterNeedsBothItsDevices() throws {
        func info(_ world: inout World, _ terminal: TerminalID) throws -> TerminalInfo {
            let address = world.address(World.ingress)
            world.step(.request(.resolve(terminal), from: .ingress, address))
            guard case .terminal(let info)? = world.answer(to: address) else { throw Missing() }
            return info
        }
        var world = World()
        #expect(try info(&world, World.paired).isTerminalOnline)
        world.disconnect(.terminal(World.paired))
        let half = try info(&world, World.paired)
        #expect(half.isOnline && !half.isTerminalOnline)
    }

    // MARK: - A destination that goes while transactions are open there

    /// A transaction whose reversal nobody answers, at a destination that is not registered any more.
    private func stranded(_ world: inout World) throws -> TransactionID {
        let (_, request) = world.askDestination()
        world.pass(.seconds(15))
        world.pass(.seconds(60))
        #expect(world.state(of: request.transaction) == .reversing)
        return request.transaction
    }

    private func sentence(_ world: inout World, _ id: TransactionID) -> String {
        let address = world.reconcile(id, .reversed)
        guard case .refused(let refused)? = world.answer(to: address) else { return "taken" }
        #expect(refused.refusal == .nothingToReconcile)
        return refused.detail ?? ""
    }

    @Test func aPersonMayCloseWhatNobodyCanTakeBackAnyMore() throws {
        var world = World()
        let id = try stranded(&world)
        #expect(sentence(&world, id).contains("is being told to take it back"))
        world.step(.adapterLost(World.adapter))
        #expect(sentence(&world, id).contains("No adapter of bank is ready"), "it is registered: start one")
        try adopt(Self.withoutBank, &world)
        #expect(sentence(&world, id).contains("has just left"), "what it sent last may be on its way")
        world.pass(.seconds(60))
        #expect(sentence(&world, id) == "taken")
        #expect(world.outcome(of: id) == .reversed)
    }

    @Test func anAdapterThatStaysIsStillAsked() throws {
        var world = World()
        let id = try stranded(&world)
        try adopt(Self.withoutBank, &world)
        world.pass(.seconds(120))
        #expect(sentence(&world, id).contains("is being told to take it back"))
        world.tell(id, .reversal(.confirmed))
        #expect(world.outcome(of: id) == .reversed)
    }

    @Test func aRouterThatTookOverCountsFromItsFirstLook() throws {
        var world = World()
        let id = try stranded(&world)
        world.restart(reconnecting: false)
        try adopt(Self.withoutBank, &world)
        #expect(sentence(&world, id).contains("has just left"))
        world.pass(.seconds(61))
        #expect(sentence(&world, id) == "taken")
    }
}
