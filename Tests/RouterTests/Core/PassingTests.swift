import RelayDomain
import RouterTesting
import Testing

@testable import Router

/// At a paired counter the relay terminal carries nothing out; it sees what passes at its tag, and may cancel it.
@Suite(.timeLimit(.minutes(2))) struct PassingTests {
    private let terminal = Device.terminal(World.paired)

    private func passing(in world: World) -> [TransactionStatus] {
        world.outputs.compactMap { output in
            guard case .order(.passing(let session, let passing), let address) = output else { return nil }
            #expect(session == world.sessions[terminal] && address == ReturnAddress(World.terminals, correlation: 0))
            #expect(passing.application == World.pay && passing.operation == .payment)
            return passing.status
        }
    }

    @Test func eachChangeIsToldToTheTerminal() throws {
        var world = World()
        world.submit(world.submission(at: World.paired))
        let command = try #require(world.commands.first).id
        #expect(passing(in: world).map(\.state) == [.commanded])
        world.call(.pos(World.till), .received(command, at: world.now))
        #expect(passing(in: world).map(\.sent) == [.maybe])
        world.call(.pos(World.till), .result(command, .entered(.approved), at: world.now))
        #expect(passing(in: world).map(\.outcome) == [.approved])
        #expect(world.tellings.map(\.0) == [.pos(World.till)], "the outcome of the command is the agent's")
    }

    @Test func anUnpairedTerminalHearsOfItsCommandAlone() {
        var world = World()
        world.submit(world.submission())
        #expect(!world.history.contains { if case .order(.passing, _) = $0 { true } else { false } })
    }

    @Test func whatItScannedItselfItHearsOfAsItsScan() {
        var world = World()
        world.call(terminal, .scan(scannedCode(), at: world.now))
        #expect(passing(in: world).isEmpty)
    }

    @Test func aTerminalThatComesLaterLearnsWhatIsUnderWay() {
        var world = World()
        world.disconnect(terminal)
        world.submit(world.submission(at: World.paired))
        #expect(passing(in: world).isEmpty)
        world.step(.gateway(.claim(terminal, .unproven, nil), from: .terminalGateway, world.address(World.terminals)))
        for case .order(.claimed(let session, _), _) in world.outputs { world.sessions[terminal] = session }
        #expect(passing(in: world).map(\.state) == [.commanded])
    }

    @Test func theTerminalMayCancelIt() throws {
        var world = World()
        let phone = world.submit(world.submission(at: World.paired))
        let command = try #require(world.commands.first).id
        let cancel = DeviceCall.cancel(.transaction(command.transaction), at: world.now)
        #expect(world.call(.terminal(World.alone), cancel) == .refused(Refused(.unknownCommand)), "not its tag")
        #expect(world.call(terminal, cancel) == .taken(command))
        #expect(world.cancels == [command], "the agent is told")
        #expect(world.status(for: phone)?.outcome == .failed(.canceled))
        #expect(world.call(terminal, cancel) == .taken(command), "a repeat is answered as before")
    }

    @Test func whatHasItsOutcomeIsNotCanceled() throws {
        var world = World()
        world.submit(world.submission(at: World.paired))
        let command = try #require(world.commands.first).id
        world.call(.pos(World.till), .received(command, at: world.now))
        world.call(.pos(World.till), .result(command, .entered(.approved), at: world.now))
        let cancel = DeviceCall.cancel(.transaction(command.transaction), at: world.now)
        #expect(world.call(terminal, cancel) == .refused(Refused(.alreadyFinal)))
        let unknown = TransactionID("019a0000-0000-7000-8000-000000000001.0")!
        #expect(
            world.call(terminal, .cancel(.transaction(unknown), at: world.now)) == .refused(Refused(.unknownCommand)))
    }
}
