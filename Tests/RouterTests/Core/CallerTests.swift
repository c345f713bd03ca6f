import RelayDomain
import RelayTesting
import RouterTesting
import Testing

@testable import Router

/// A router believes nobody what is not his role's to say: it refuses, counts, names him in the log, and nothing comes
/// of it.
@Suite(.timeLimit(.minutes(1))) struct CallerTests {
    private static let stranger = PeerNumber(77)

    /// What became of one input that its caller's role does not permit.
    private func expectRefusal(of input: RouterInput, by caller: Caller, in world: inout World) {
        let before = world.log.events.count
        #expect(world.core.lookups(for: [input]).isEmpty, "it costs no look into the journal")
        world.step(input)
        let counted = world.outputs.filter { $0 == .count(.notPermitted) }
        #expect(counted.count == 1)
        #expect(world.outputs.contains(.notPermitted(caller)))
        #expect(world.log.events.count == before)
    }

    private func detail(_ role: String) -> Refused {
        Refused(.notPermitted, detail: "The role \(role) may not say this.")
    }

    @Test(arguments: [Caller.ingress, .operator, .adapter, .posGateway])
    func aClaimByAnotherRoleTakesNoSession(caller: Caller) throws {
        var world = World()
        let device = Device.terminal(World.alone)
        let address = world.address(Self.stranger)
        expectRefusal(of: .gateway(.claim(device, .unproven, nil), from: caller, address), by: caller, in: &world)
        #expect(world.outputs.contains(.order(.claimRefused(device, detail(caller.role.rawValue)), address)))
        world.submit(world.submission())
        let gateways = world.outputs.compactMap { output in
            if case .order(.command, let address) = output { address.peer } else { nil }
        }
        #expect(gateways == [World.terminals], "the command goes to the terminal's own gateway")
    }

    @Test func aTerminalGatewayClaimsNoPOS() {
        var world = World()
        let claim = GatewayMessage.claim(.pos(World.till), .unproven, nil)
        expectRefusal(
            of: .gateway(claim, from: .terminalGateway, world.address(World.terminals)), by: .terminalGateway,
            in: &world)
        #expect(world.core.sessions.session(of: .pos(World.till))?.1 == World.tills)
    }

    @Test func whatAnotherSaysInASessionIsNotTheDevices() throws {
        var world = World()
        world.submit(world.submission(at: World.paired))
        let command = try #require(world.commands.first)
        let session = try #require(world.sessions[.pos(World.till)])
        let call = DeviceCall.result(command.id, .entered(.approved), at: world.now)
        let address = world.address(World.tills)
        expectRefusal(
            of: .gateway(.call(session, call, gatewayAt: world.now), from: .terminalGateway, address),
            by: .terminalGateway, in: &world)
        #expect(world.outputs.contains(.order(.reply(.refused(detail("terminal-gateway"))), address)))
        expectRefusal(of: .gateway(.sessionEnded(session), from: .ingress, address), by: .ingress, in: &world)
        #expect(world.call(.pos(World.till), .received(command.id, at: world.now)) == .proceed(command.id))
    }

    @Test func whoIsNoGatewayIsToldNoTables() throws {
        var world = World()
        expectRefusal(of: .gatewayOpened(Self.stranger, .ingress), by: .ingress, in: &world)
        world.step(.registryChanged(try Registry(World.registry.shop, version: 2)))
        let told = world.history.filter { output in
            if case .order(.tables, let address) = output { address.peer == Self.stranger } else { false }
        }
        #expect(told.isEmpty)
    }

    @Test func aGatewayDoesNotSubmitForPhones() {
        var world = World()
        let submission = world.submission()
        let address = world.address(Self.stranger)
        let request = RouterRequest.submit(submission, waitUntil: world.now)
        expectRefusal(of: .request(request, from: .terminalGateway, address), by: .terminalGateway, in: &world)
        #expect(world.answer(to: address) == .refused(detail("terminal-gateway")))
        #expect(world.commands.isEmpty)
        world.submit(submission)
        #expect(world.commands.count == 1, "the refusal has left no key behind")
    }

    @Test func whoIsNoOperatorAdministersNothing() throws {
        var world = World()
        let (_, request) = world.askDestination()
        let change = try #require(ShopChange(basedOn: 1, name: "Eve"))
        let closing = try #require(Reconciliation(name: "Eve", reason: "mine", outcome: .approved))
        let wanted: [RouterRequest] = [
            .apply(Shop(), change), .reconcile(request.transaction, closing), .getShop(), .getShop(version: 7),
            .shopHistory, .overview,
        ]
        for request in wanted {
            let address = world.address(World.ingress)
            expectRefusal(of: .request(request, from: .ingress, address), by: .ingress, in: &world)
            #expect(world.answer(to: address) == .refused(detail("ingress")))
            #expect(world.outputs.count == 3, "the answer, the count and the log's line, and nothing else")
        }
        #expect(world.core.registry.version == 1)
    }

    @Test func whoIsNoAdapterServesNoDestinationAndAnswersForNone() throws {
        var world = World(adapterIsReady: false)
        let manifest = try #require(
            DestinationManifest(
                destination: World.bank, operations: [.payment], amountRequired: false, codesReusable: false,
                visibilityDelay: .zero, concurrent: 9))
        expectRefusal(of: .adapterOpened(Self.stranger, .ingress), by: .ingress, in: &world)
        expectRefusal(of: .adapter(.ready(manifest), from: .ingress, Self.stranger), by: .ingress, in: &world)
        #expect(world.core.standings == [World.bank: .noAdapter])
        world.ready()
        let (_, request) = world.askDestination()
        let answer = AdapterAnswer(request.transaction, .authorization(.approved), hopStamps: [])
        expectRefusal(of: .adapter(.answer(answer), from: .posGateway, World.adapter), by: .posGateway, in: &world)
        #expect(world.state(of: request.transaction) == .authorizing)
    }
}
